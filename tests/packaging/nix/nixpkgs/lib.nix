# A small `lib': what flake.nix, nix/ and nixos.nix use of nixpkgs'. The module system means what the manual of NixOS says
# under "Writing NixOS modules".
let
  inherit (builtins)
    attrNames attrValues concatLists concatMap concatStringsSep elem elemAt
    filter foldl' functionArgs genList hasAttr head isAttrs isBool isFloat
    isFunction isInt isList isPath isString length listToAttrs mapAttrs match
    replaceStrings sort stringLength substring tail toJSON toString typeOf;

  # ---- trivial, attrsets, lists, strings ------------------------------------
  id = x: x;
  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: set: listToAttrs (map (n: f n set.${n}) (attrNames set));
  mapAttrsToList = f: set: map (n: f n set.${n}) (attrNames set);
  filterAttrs = p: set: listToAttrs (concatMap (n: if p n set.${n} then [ (nameValuePair n set.${n}) ] else [ ]) (attrNames set));
  genAttrs = names: f: listToAttrs (map (n: nameValuePair n (f n)) names);
  optional = c: x: if c then [ x ] else [ ];
  optionals = c: xs: if c then xs else [ ];
  optionalAttrs = c: as: if c then as else { };
  optionalString = c: s: if c then s else "";
  setAttrByPath = path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
  recursiveUpdateUntil = stop: a: b: a // mapAttrs (n: v:
    if a ? ${n} && isAttrs a.${n} && isAttrs v && !(stop [ n ] a.${n} v) then recursiveUpdateUntil stop a.${n} v else v) b;
  recursiveUpdate = recursiveUpdateUntil (_: a: b: !(isAttrs a && isAttrs b));
  zipAttrsWith = builtins.zipAttrsWith;
  toList = x: if isList x then x else [ x ];
  last = xs: elemAt xs (length xs - 1);
  drop = n: xs: genList (i: elemAt xs (i + n)) (let m = length xs - n; in if m < 0 then 0 else m);
  imap1 = f: xs: genList (i: f (i + 1) (elemAt xs i)) (length xs);
  any = builtins.any;
  all = builtins.all;
  concatMapStringsSep = sep: f: xs: concatStringsSep sep (map f xs);
  concatMapStrings = concatMapStringsSep "";
  concatStrings = concatStringsSep "";
  concatLines = concatMapStrings (l: l + "\n");
  hasPrefix = p: s: substring 0 (stringLength p) s == p;
  hasSuffix = p: s: let n = stringLength s; m = stringLength p; in n >= m && substring (n - m) m s == p;
  hasInfix = infix: s: builtins.length (builtins.split (escapeRegex infix) s) > 1;
  removeSuffix = p: s: if hasSuffix p s then substring 0 (stringLength s - stringLength p) s else s;
  escape = chars: replaceStrings chars (map (c: "\\${c}") chars);
  stringToCharacters = s: genList (i: substring i 1 s) (stringLength s);
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");
  escapeShellArg = x: let s = toString x; in
    if match "[[:alnum:],._+:@%/-]+" s != null then s else "'${replaceStrings [ "'" ] [ "'\\''" ] s}'";
  splitString = sep: s: filter isString (builtins.split (escapeRegex sep) s);
  lowerChars = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upperChars = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = replaceStrings upperChars lowerChars;
  boolToString = b: if b then "true" else "false";
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  assertMsg = c: msg: c || throw msg;
  isDerivation = x: x.type or null == "derivation";
  isStringLike = x: isString x || isPath x || x ? outPath || x ? __toString;
  functionArgs' = f: if f ? __functor then f.__functionArgs or (functionArgs' (f.__functor f)) else functionArgs f;
  isFunction' = f: isFunction f || (f ? __functor && isFunction' (f.__functor f));
  getExe = x: getExe' x (x.meta.mainProgram or (x.pname or (builtins.parseDrvName x.name).name));
  getExe' = x: y: assert assertMsg (isDerivation x) "lib.getExe: not a derivation"; "${getBin x}/bin/${y}";
  getBin = x: x.bin or x.out or x;
  makeSearchPath = sub: xs: concatStringsSep ":" (map (x: "${x}/${sub}") (filter (x: x != null) xs));
  makeBinPath = makeSearchPath "bin";
  licenses = builtins.listToAttrs (map (n: nameValuePair n { shortName = n; spdxId = n; free = true; fullName = n; })
    [ "mit" "asl20" "bsd2" "bsd3" "isc" "mpl20" "gpl2Only" "gpl2Plus" "gpl3Only" "gpl3Plus" "agpl3Only" "agpl3Plus" "lgpl21Plus" "lgpl3Plus" "lgpl3Only" "cc0" "unlicense" "eupl12" "publicDomain" ]);

  # ---- file sets: { _type = "fileset"; test = path: bool; } ------------------
  fileset = rec {
    coerce = x: if x._type or null == "fileset" then x
      else if !builtins.pathExists x then throw "lib.fileset: ${toString x} does not exist"
      else let s = toString x; in { _type = "fileset"; test = p: p == s || hasPrefix "${s}/" p; };
    union = a: b: let x = coerce a; y = coerce b; in { _type = "fileset"; test = p: x.test p || y.test p; };
    unions = foldl' union { _type = "fileset"; test = _: false; };
    toSource = { root, fileset }: builtins.path {
      path = root; name = "source";
      filter = p: type: if type == "directory" then within p fileset else fileset.test p;
    };
    # Whether there is a file of the set below a folder.
    within = dir: f: any (n: let p = "${dir}/${n}"; in
        f.test p || ((builtins.readDir dir).${n} == "directory" && within p f))
      (attrNames (builtins.readDir dir));
  };

  # ---- options ---------------------------------------------------------------
  mkOption = attrs: attrs // { _type = "option"; };
  mkEnableOption = name: mkOption { default = false; example = true; description = "Whether to enable ${name}."; type = types.bool; };
  isOption = x: x._type or null == "option";
  literalExpression = text: { _type = "literalExpression"; inherit text; };
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkOptionDefault = mkOverride 1500;
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  showOption = concatStringsSep ".";
  showFiles = concatMapStringsSep " and " (f: "`${toString f}'");

  # ---- merging definitions -----------------------------------------------------
  pushDown = cfg:
    if cfg._type or "" == "merge" then concatMap pushDown cfg.contents
    else if cfg._type or "" == "if" then map (mapAttrs (_: mkIf cfg.condition)) (pushDown cfg.content)
    else if cfg._type or "" == "override" then map (mapAttrs (_: mkOverride cfg.priority)) (pushDown cfg.content)
    else [ cfg ];
  discharge = v:
    if v._type or "" == "merge" then concatMap discharge v.contents
    else if v._type or "" == "if" then
      (if !isBool v.condition then throw "mkIf: the condition is a ${typeOf v.condition}, not a Boolean" else if v.condition then discharge v.content else [ ])
    else [ v ];
  # { isDefined, value } of DEFS ({ file, value }) for TYPE at LOC
  mergeDefs = loc: type: defs:
    let
      flat = concatMap (d: map (value: d // { inherit value; }) (discharge d.value)) defs;
      prio = d: if d.value._type or "" == "override" then d.value.priority else 100;
      best = foldl' (m: d: if prio d < m then prio d else m) 9999 flat;
      strip = d: if d.value._type or "" == "override" then d // { value = d.value.content; } else d;
      # what mkOverride held may itself be conditional
      chosen = concatMap (d: map (value: d // { inherit value; }) (discharge d.value)) (map strip (filter (d: prio d == best) flat));
      order = d: if d.value._type or "" == "order" then d.value.priority else 1000;
      ordered = map (d: if d.value._type or "" == "order" then d // { value = d.value.content; } else d)
        (if any (d: d.value._type or "" == "order") chosen then sort (a: b: order a < order b) chosen else chosen);
      bad = filter (d: !(type.check d.value)) ordered;
    in
    {
      isDefined = ordered != [ ];
      defs = ordered;
      value =
        if ordered == [ ] then
          (if type ? emptyValue then type.emptyValue else throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.")
        else if bad != [ ] then
          throw "A definition for option `${showOption loc}' is not of type `${type.description or type.name}'. Definition values: ${concatMapStringsSep ", " (d: "in ${toString d.file}: ${show d.value}") bad}"
        else type.merge loc ordered;
    };
  show = v: if isAttrs v && !(v ? outPath) then "{ ${toString (attrNames v)} }" else if isFunction v then "<function>" else if isList v then "[ … ]" else if isDerivation v then "<derivation>" else toJSON v;
  mergeOne = loc: defs: if length defs == 1 then (head defs).value
    else throw "The option `${showOption loc}' is defined multiple times: in ${showFiles (map (d: d.file) defs)}.";
  mergeEqual = loc: defs: if all (d: d.value == (head defs).value) defs then (head defs).value
    else throw "The option `${showOption loc}' has conflicting definition values: ${concatMapStringsSep ", " (d: "${show d.value} in ${toString d.file}") defs}";

  mkType = t: { _type = "option-type"; merge = mergeEqual; description = t.name; nested = null; getSubOptions = _: { }; } // t;
  between = name: lo: hi: mkType { inherit name; description = "integer between ${toString lo} and ${toString hi} (both inclusive)"; check = x: isInt x && x >= lo && x <= hi; };
  types = rec {
    unspecified = mkType { name = "unspecified"; check = _: true; merge = mergeOne; };
    raw = mkType { name = "raw"; check = _: true; merge = mergeOne; };
    anything = mkType { name = "anything"; check = _: true; merge = loc: defs:
      if all (d: isAttrs d.value && !(isDerivation d.value)) defs then (attrsOf anything).merge loc defs
      else if all (d: isList d.value) defs && length defs > 1 then mergeEqual loc defs
      else if length defs == 1 then (head defs).value else mergeEqual loc defs; };
    bool = mkType { name = "bool"; description = "boolean"; check = isBool; };
    int = mkType { name = "int"; description = "signed integer"; check = isInt; };
    float = mkType { name = "float"; check = isFloat; };
    port = between "port" 0 65535;
    str = mkType { name = "str"; description = "string"; check = isString; };
    singleLineStr = mkType { name = "singleLineStr"; check = x: isString x && match "[^\n\r]*\n?" x != null; };
    separatedString = sep: mkType { name = "separatedString"; description = "strings concatenated with ${toJSON sep}"; check = isString; merge = _: defs: concatStringsSep sep (map (d: d.value) defs); };
    lines = separatedString "\n";
    path = mkType { name = "path"; description = "absolute path"; check = x: isStringLike x && substring 0 1 (toString x) == "/"; };
    externalPath = path // { name = "externalPath"; check = x: path.check x && !(hasPrefix builtins.storeDir (toString x)); };
    package = mkType { name = "package"; check = x: isDerivation x || (isStringLike x && hasPrefix builtins.storeDir (toString x)); merge = mergeOne; };
    enum = xs: mkType { name = "enum"; description = "one of ${concatMapStringsSep ", " show xs}"; check = x: elem x xs; };
    nullOr = t: mkType {
      name = "nullOr"; description = "null or ${t.description}"; check = x: x == null || t.check x; nested = t;
      emptyValue = null; getSubOptions = t.getSubOptions;
      merge = loc: defs: if all (d: d.value == null) defs then null
        else if any (d: d.value == null) defs then throw "The option `${showOption loc}' is defined both null and not null, in ${showFiles (map (d: d.file) defs)}."
        else t.merge loc defs;
    };
    either = a: b: mkType { name = "either"; description = "${a.description} or ${b.description}"; check = x: a.check x || b.check x;
      merge = loc: defs: if all (d: a.check d.value) defs then a.merge loc defs else if all (d: b.check d.value) defs then b.merge loc defs else mergeOne loc defs; };
    oneOf = ts: foldl' either (head ts) (tail ts);
    coercedTo = from: f: to: mkType { name = "coercedTo"; description = "${to.description} or ${from.description} convertible to it"; check = x: to.check x || (from.check x && to.check (f x));
      merge = loc: defs: to.merge loc (map (d: d // { value = if from.check d.value then f d.value else d.value; }) defs); };
    listOf = t: mkType { name = "listOf"; description = "list of ${t.description}"; check = isList; nested = t; emptyValue = [ ]; getSubOptions = t.getSubOptions;
      merge = loc: defs: map (r: r.value) (filter (r: r.isDefined) (concatLists (imap1 (n: d: imap1 (m: value: mergeDefs (loc ++ [ "[definition ${toString n}-entry ${toString m}]" ]) t [ { inherit (d) file; inherit value; } ]) d.value) defs))); };
    attrsOf = t: mkType { name = "attrsOf"; description = "attribute set of ${t.description}"; check = isAttrs; nested = t; emptyValue = { }; getSubOptions = p: t.getSubOptions (p ++ [ "<name>" ]);
      merge = loc: defs:
        let pushed = concatMap (d: map (value: { inherit (d) file; inherit value; }) (pushDown d.value)) defs;
            names = unique' (concatMap (d: attrNames d.value) pushed);
            one = n: mergeDefs (loc ++ [ n ]) t (concatMap (d: if d.value ? ${n} then [ { inherit (d) file; value = d.value.${n}; } ] else [ ]) pushed);
        in mapAttrs (_: r: r.value) (filterAttrs (_: r: r.isDefined) (genAttrs names one)); };
    lazyAttrsOf = t: attrsOf t // { name = "lazyAttrsOf";
      merge = loc: defs:
        let pushed = concatMap (d: map (value: { inherit (d) file; inherit value; }) (pushDown d.value)) defs;
        in genAttrs (unique' (concatMap (d: attrNames d.value) pushed))
          (n: (mergeDefs (loc ++ [ n ]) t (concatMap (d: if d.value ? ${n} then [ { inherit (d) file; value = d.value.${n}; } ] else [ ]) pushed)).value); };
    submodule = m: submoduleWith { modules = toList m; };
    submoduleWith = { modules, specialArgs ? { }, shorthandOnlyDefinesConfig ? false, description ? "submodule", class ? null }:
      let sub = loc: more: evalModules { modules = modules ++ more; inherit specialArgs; prefix = loc; args.name = last loc; }; in
      mkType { name = "submodule"; inherit description; check = x: isAttrs x || isFunction' x || isPath x; emptyValue = { };
        merge = loc: defs: (sub loc (map (d: { _file = d.file; imports = [ (if isAttrs d.value && shorthandOnlyDefinesConfig then { config = d.value; } else d.value) ]; }) defs)).config;
        getSubOptions = p: (sub (p ++ [ "<name>" ]) [ ]).options; };
    optionType = mkType { name = "optionType"; check = x: x._type or null == "option-type"; merge = mergeOne; };
  };
  unique' = xs: attrNames (listToAttrs (map (x: nameValuePair x null) xs));

  # ---- evalModules -------------------------------------------------------------
  evalModules = { modules, specialArgs ? { }, prefix ? [ ], args ? { }, check ? true, class ? null }:
    let
      internal = {
        _file = "check-nix:internal";
        options._module = {
          args = mkOption { type = types.lazyAttrsOf types.raw; internal = true; };
          check = mkOption { type = types.bool; default = check; internal = true; };
          freeformType = mkOption { type = types.nullOr types.optionType; default = null; internal = true; };
        };
        config._module.args = mapAttrs (_: mkOptionDefault) args;
      };
      callModule = m: file:
        if isFunction' m then
          let
            wanted = functionArgs' m;
            given = { inherit lib config options; } // specialArgs;
            # one argument at a time, so that asking for one does not need all
            extra = mapAttrs (n: _: given.${n} or (config._module.args.${n} or (throw "the module ${toString file} asks for the argument `${n}', which is neither in specialArgs nor in _module.args"))) wanted;
          in m (given // extra)
        else m;
      # -> list of { file, key, options, config }
      collect = file: m:
        let
          f = if isPath m || (isString m && hasPrefix "/" m) then m else file;
          loaded = if isPath m || isString m then import m else m;
          x = callModule loaded f;
          file' = x._file or f;
          structured = x ? config || x ? options;
          known = [ "_file" "key" "_class" "disabledModules" "imports" "options" "config" "meta" "freeformType" ];
          odd = filter (n: !(elem n known)) (attrNames x);
        in
        if !(isAttrs x) then throw "the module ${toString f} is a ${typeOf x}, not an attribute set or a function"
        else if structured && odd != [ ] then throw "Module `${toString file'}' has an unsupported attribute `${head odd}'. This is caused by introducing a top-level `config' or `options' attribute."
        else concatMap (collect file') (x.imports or [ ]) ++ [ {
          file = file';
          options = x.options or { };
          config =
            let c = if structured then x.config or { } else removeAttrs x [ "_file" "key" "_class" "disabledModules" "imports" "freeformType" ];
                withMeta = if structured && x ? meta then mkMerge [ c { meta = x.meta; } ] else c;
            in if x ? freeformType then mkMerge [ withMeta { _module.freeformType = x.freeformType; } ] else withMeta;
        } ];
      all' = concatMap (m: collect (if isPath m then m else "<unknown file>") m) ([ internal ] ++ modules);
      decls = map (m: { inherit (m) file; options = m.options; }) all';
      defs = map (m: { inherit (m) file; value = m.config; }) all';
      go = loc: decls: defs:
        let
          pushed = concatMap (d: map (value: { inherit (d) file; inherit value; }) (pushDown d.value)) defs;
          declNames = unique' (concatMap (d: attrNames d.options) decls);
          at = n: rec {
            here = loc ++ [ n ];
            ds = concatMap (d: if d.options ? ${n} then [ { inherit (d) file; options = d.options.${n}; } ] else [ ]) decls;
            vs = concatMap (d: if d.value ? ${n} then [ { inherit (d) file; value = d.value.${n}; } ] else [ ]) pushed;
            opts = filter (d: isOption d.options) ds;
            result =
              if opts == [ ] then go here ds vs
              else if length opts != length ds then throw "The option `${showOption here}' is declared both as an option and as a set of options (in ${showFiles (map (d: d.file) ds)})."
              else leaf here opts vs;
          };
          nodes = genAttrs declNames at;
          stray = concatMap (d: map (n: { loc = loc ++ [ n ]; inherit (d) file; value = d.value.${n}; }) (filter (n: !(nodes ? ${n})) (attrNames d.value))) pushed;
        in {
          options = mapAttrs (_: n: n.result.options) nodes;
          config = mapAttrs (_: n: n.result.config) nodes;
          stray = stray ++ concatMap (n: n.result.stray) (attrValues nodes);
        };
      leaf = loc: opts: vs:
        let
          o = foldl' (a: d: a // d.options) { } opts;
          type = let ts = filter (d: d.options ? type) opts; in
            if length opts > 1 && !(all (t: t.options.type.name == "submodule") ts) && length ts > 1
            then throw "The option `${showOption loc}' in ${showFiles (map (d: d.file) opts)} is already declared."
            else o.type or types.unspecified;
          withDefault = vs ++ optional (o ? default) { file = (head opts).file; value = mkOptionDefault o.default; };
          r = mergeDefs loc type withDefault;
          readOnlyTwice = o.readOnly or false && length (concatMap (d: discharge d.value) vs) > 1;
          value = if readOnlyTwice then throw "The option `${showOption loc}' is read-only, but it's set multiple times."
            else (o.apply or id) r.value;
        in {
          options = o // { inherit loc type value; isDefined = r.isDefined; definitions = map (d: d.value) r.defs; files = map (d: d.file) r.defs; declarations = map (d: d.file) opts; };
          config = value;
          stray = [ ];
        };
      tree = go prefix decls defs;
      freeform = tree.config._module.freeformType;
      # definitions without an option: to the freeform type, or an error
      strayAttrs = map (s: { inherit (s) file; value = setAttrByPath (drop (length prefix) s.loc) s.value; }) tree.stray;
      live = filter (s: discharge s.value != [ ]) tree.stray;
      free = if freeform == null || live == [ ] then { } else (mergeDefs prefix freeform strayAttrs).value;
      strayError = throw "The option `${showOption (head live).loc}' does not exist. Definition in `${toString (head live).file}'.";
      options = tree.options;
      config = if freeform != null then recursiveUpdate free (removeAttrs tree.config [ "_module" ]) // { inherit (tree.config) _module; }
        else tree.config;
      # Outside, any look at config first finds options that do not exist.
      checked = if freeform == null && tree.config._module.check && live != [ ] then strayError else removeAttrs config [ "_module" ];
    in { inherit options; config = checked; _module = tree.config._module; type = types.submoduleWith { inherit modules specialArgs; }; }; 

  lib = {
    inherit (builtins) all any attrNames catAttrs concatMap concatStringsSep elem filter foldl' isAttrs listToAttrs mapAttrs removeAttrs zipAttrsWith;
    inherit nameValuePair mapAttrs' mapAttrsToList filterAttrs genAttrs optional optionals optionalAttrs optionalString recursiveUpdate toList last
      concatMapStringsSep concatMapStrings concatStrings concatLines hasPrefix hasSuffix hasInfix removeSuffix escape escapeShellArg splitString toLower boolToString importJSON
      isDerivation getExe getExe' makeSearchPath makeBinPath licenses fileset
      mkOption mkEnableOption literalExpression mkIf mkMerge mkOverride mkOptionDefault mkDefault mkForce types evalModules;
    attrValues = builtins.attrValues;
    isFunction = isFunction';
    functionArgs = functionArgs';
  };
in lib
