# A stand-in for nixpkgs' package set, written for check-nix: the names that
# flakes of npm projects use.  Packages are directories leading to this
# machine's tools; buildNpmPackage and importNpmLock act as nixpkgs' do.
{ lib, system, overlays ? [ ] }:
let
  inherit (builtins) isFunction isString toJSON;
  hash32 = name: name;
  rawDrv = args: derivation ({ inherit system; builder = "/bin/bash"; __impureHostDeps = [ ]; } // args);

  annotate = drv: attrs: drv // {
    meta = attrs.meta or { };
    overrideAttrs = f: mkDerivation (attrs // (if isFunction (f attrs) then f attrs attrs else f attrs));
    passthru = attrs.passthru or { };
    override = _: annotate drv attrs;
  } // lib.optionalAttrs (attrs ? pname) { inherit (attrs) pname version; } // (attrs.passthru or { });

  # A package of nixpkgs that the project only uses.
  standIn = pname: extra:
    let attrs = { inherit pname; version = "0"; meta = { mainProgram = extra.mainProgram or pname; platforms = lib.platforms.linux; }; } // removeAttrs extra [ "mainProgram" ]; in
    annotate (rawDrv { name = "${pname}-0"; args = [ "/check/lib/stand-in" ]; inherit pname; }) attrs;

  envValue = v:
    if builtins.isBool v then (if v then "1" else "")
    else if builtins.isList v then toString (map envValue v)
    else if v == null then ""
    else v;

  mkDerivation = fnOrAttrs:
    let
      attrs = if isFunction fnOrAttrs then lib.fix (final: fnOrAttrs (final // { finalPackage = drv; })) else fnOrAttrs;
      name = attrs.name or (if attrs ? pname then "${attrs.pname}-${attrs.version or "0"}" else throw "mkDerivation: neither name nor pname");
      clean = removeAttrs attrs [ "name" "meta" "passthru" "env" "outputs" "system" "finalPackage" "nodejs" ];
      env = attrs.env or { };
      clash = builtins.filter (n: clean ? ${n}) (builtins.attrNames env);
      badEnv = builtins.filter (n: !(lib.isStringLike env.${n} || builtins.isInt env.${n} || builtins.isBool env.${n})) (builtins.attrNames env);
      drv = annotate (
        if clash != [ ] then throw "${name}: `${builtins.head clash}' is both an attribute and in env"
        else if badEnv != [ ] then throw "${name}: env.${builtins.head badEnv} is neither a string, an integer nor a Boolean"
        else rawDrv ({
          inherit name;
          args = [ "/check/lib/build" ];
          # what a builder finds on PATH and in its hooks
          checkInputs = toString (map (x: "${x}") (lib.filter (x: x != null) ((attrs.nativeBuildInputs or [ ]) ++ (attrs.buildInputs or [ ]) ++ (attrs.nativeCheckInputs or [ ]))));
        } // builtins.mapAttrs (_: envValue) (removeAttrs clean [ "nativeBuildInputs" "buildInputs" "propagatedBuildInputs" "nativeCheckInputs" "nativeInstallCheckInputs" "disallowedReferences" ])
        // builtins.mapAttrs (_: envValue) env)
      ) attrs;
    in drv;

  hook = name: standIn name { } // { isHook = true; };

  fetchurl = { url ? builtins.head urls, urls ? [ url ], hash ? null, sha256 ? null, sha512 ? null, name ? baseNameOf url, ... }:
    assert lib.assertMsg (hash != null || sha256 != null || sha512 != null) "fetchurl: no hash for ${url}";
    rawDrv {
      inherit name url;
      args = [ "/check/lib/from-npm-cache" ];
      integrity = if hash != null then hash else if sha512 != null then sha512 else sha256;
      outputHashMode = "flat";
      outputHashAlgo = if hash != null then null else if sha512 != null then "sha512" else "sha256";
      outputHash = if hash != null then hash else if sha512 != null then sha512 else sha256;
    };

  # nixpkgs' importNpmLock: package.json and package-lock.json with every
  # reference to the registry replaced by a store path.
  importNpmLockFor = { npmRoot ? null, package ? lib.importJSON (npmRoot + "/package.json"), packageLock ? lib.importJSON (npmRoot + "/package-lock.json"), pname ? package.name or "unknown", version ? package.version or "0.0.0", fetcherOpts ? { }, packageSourceOverrides ? { } }:
    let
      fetched = path: m:
        if packageSourceOverrides ? ${path} then "${packageSourceOverrides.${path}}"
        else if !(m ? resolved) then null
        else if lib.hasPrefix "https://" m.resolved || lib.hasPrefix "http://" m.resolved then
          "${fetchurl ({ url = m.resolved; hash = m.integrity or (throw "package-lock.json: ${path} has no integrity"); } // (fetcherOpts.${path} or { }))}"
        else if lib.hasPrefix "git" m.resolved then throw "check-nix: ${path} is a git dependency (${m.resolved}), which cannot be had offline"
        else assert lib.assertMsg (npmRoot != null) "importNpmLock: ${path} is a local package, npmRoot is needed"; "${npmRoot}/${m.resolved}";
      lock = packageLock // {
        packages = builtins.mapAttrs (path: m:
          let src = fetched path m; in
          removeAttrs m [ "link" "funding" ] // lib.optionalAttrs (src != null) { resolved = "file:${src}"; }) packageLock.packages;
      };
      direct = builtins.mapAttrs (name: _:
        lock.packages."node_modules/${name}".resolved or (throw
          "package-lock.json: node_modules/${name} has no `resolved', which importNpmLock needs (npm's omit-lockfile-registry-resolved leaves it out): have it in the lock file, or hand importNpmLock a packageLock with it"));
      package' = package
        // lib.optionalAttrs (package ? dependencies) { dependencies = direct package.dependencies; }
        // lib.optionalAttrs (package ? devDependencies) { devDependencies = direct package.devDependencies; };
    in
    mkDerivation {
      name = "${pname}-${version}-sources";
      dontUnpack = true;
      packageJson = toJSON package';
      packageLockJson = toJSON lock;
      passAsFile = [ "packageJson" "packageLockJson" ];
      installPhase = ''
        mkdir $out
        cp "$packageJsonPath" $out/package.json
        cp "$packageLockJsonPath" $out/package-lock.json
      '';
    };
  importNpmLock = {
    __functor = _: importNpmLockFor;
    importNpmLock = importNpmLockFor;
    npmConfigHook = hook "npm-config-hook-lock";
    hooks = { npmConfigHook = hook "npm-config-hook-lock"; linkNodeModulesHook = hook "link-node-modules-hook"; };
    buildNodeModules = args: mkDerivation ({ name = "node-modules"; dontUnpack = true; checkKind = "npm-lock"; npmDeps = importNpmLockFor (removeAttrs args [ "nodejs" "derivationArgs" ]); installPhase = "mkdir $out; mv node_modules $out/"; });
  };

  buildNpmPackage = fnOrAttrs:
    let
      a = if isFunction fnOrAttrs then lib.fix fnOrAttrs else fnOrAttrs;
      viaLock = (a.npmConfigHook or null) != null;
      npmDeps = a.npmDeps or (
        if (a.npmDepsHash or "") == "" then throw "buildNpmPackage: neither npmDeps nor npmDepsHash"
        else fetchNpmDeps { name = "${a.pname}-npm-deps"; hash = a.npmDepsHash; inherit (a) src; });
    in
    mkDerivation (removeAttrs a [ "npmConfigHook" "npmBuildHook" "npmInstallHook" "npmDepsHash" ] // {
      inherit npmDeps;
      checkKind = if viaLock then "npm-lock" else "npm-hash";
      npmBuildScript = a.npmBuildScript or "build";
      nodeForBuild = "${a.nodejs or pkgs.nodejs}";
    });
  fetchNpmDeps = { name ? "npm-deps", hash ? "", src ? null, ... }:
    assert lib.assertMsg (lib.hasPrefix "sha256-" hash) "fetchNpmDeps: the hash has to be an SRI sha256";
    rawDrv { inherit name src; args = [ "/check/lib/npm-deps" ]; };

  runCommandWith = name: env: script: mkDerivation ({ inherit name; dontUnpack = true; buildCommand = script; } // env);
  writeTextFile = { name, text, executable ? false, destination ? "", checkPhase ? "", meta ? { }, derivationArgs ? { } }: mkDerivation {
    inherit name text meta destination;
    passAsFile = [ "text" ];
    dontUnpack = true;
    mode = if executable then "0555" else "0444";
    buildCommand = ''target=$out$destination; mkdir -p "$(dirname "$target")"; install -m $mode "$textPath" "$target"'';
  };
  # Each table of the top on a line of its own.
  toTOML = set: lib.concatStrings (lib.mapAttrsToList (name: value: "${toJSON name} = ${inline value}\n") set);
  inline = v:
    if builtins.isAttrs v && !lib.isDerivation v then "{ ${lib.concatStringsSep ", " (lib.mapAttrsToList (name: value: "${toJSON name} = ${inline value}") v)} }"
    else if builtins.isList v then "[${lib.concatMapStringsSep ", " inline v}]"
    else toJSON v;
  formatOf = ext: render: options: { type = lib.types.anything; generate = name: value: writeTextFile { inherit name; text = render options value; }; };
  shell = "${standIn "bash" { }}/bin/bash";

  # What flake.nix and nix/ use.
  names = [
    "bash" "borgbackup" "coreutils" "findutils" "gcc" "gnugrep" "gnused" "nixfmt-tree" "openssh" "openssl" "python3" "redis" "restic" "systemd" "systemdLibs" "util-linux"
  ];
  nodejsOf = name: standIn name { mainProgram = "node"; } // { python = standIn "python3" { }; pname = "nodejs"; passthru.python = standIn "python3" { }; };

  base = builtins.listToAttrs (map (n: lib.nameValuePair n (standIn n { })) names) // {
    inherit lib system mkDerivation fetchurl importNpmLock buildNpmPackage fetchNpmDeps writeTextFile;
    inherit pkgs; _type = "pkgs"; __splicedPackages = pkgs;
    config = { };
    stdenv = { inherit mkDerivation shell; cc = standIn "gcc" { }; isLinux = true; isDarwin = false; system = system; hostPlatform = platform; buildPlatform = platform; targetPlatform = platform; };
    stdenvNoCC = pkgs.stdenv;
    nodejs = nodejsOf "nodejs"; nodejs_18 = throw "nodejs_18 was removed from nixpkgs: Node.js 18 is at its end of life"; nodejs_20 = nodejsOf "nodejs_20"; nodejs_22 = nodejsOf "nodejs_22"; nodejs_24 = nodejsOf "nodejs_24"; nodejs_latest = nodejsOf "nodejs_latest";
    callPackage = callPackageWith pkgs;
    callPackages = callPackageWith pkgs;
    newScope = extra: callPackageWith (pkgs // extra);
    buildPackages = pkgs; pkgsBuildBuild = pkgs; pkgsHostTarget = pkgs;
    runtimeShell = shell;
    fetchFromGitHub = { owner, repo, rev ? tag, tag ? rev, hash ? sha256, sha256 ? hash, ... }: rawDrv { name = "source"; args = [ "/check/lib/offline" ]; url = "${owner}/${repo}/${rev}"; outputHash = hash; outputHashMode = "recursive"; };
    fetchgit = { url, hash ? "", ... }: rawDrv { name = "source"; args = [ "/check/lib/offline" ]; inherit url; outputHash = hash; outputHashMode = "recursive"; };
    runCommand = runCommandWith; runCommandLocal = runCommandWith; runCommandCC = runCommandWith;
    writeText = name: text: writeTextFile { inherit name text; };
    writeScript = name: text: writeTextFile { inherit name text; executable = true; };
    writeShellScript = name: text: writeTextFile { inherit name; executable = true; text = "#!${shell}\n${text}"; };
    writeScriptBin = name: text: writeTextFile { inherit name text; executable = true; destination = "/bin/${name}"; meta.mainProgram = name; };
    writeShellScriptBin = name: text: writeTextFile { inherit name; executable = true; destination = "/bin/${name}"; text = "#!${shell}\n${text}"; meta.mainProgram = name; };
    writeShellApplication = { name, text, runtimeInputs ? [ ], runtimeEnv ? { }, ... }: writeTextFile { inherit name; executable = true; destination = "/bin/${name}"; meta.mainProgram = name;
      text = "#!${shell}\nset -euo pipefail\n${lib.concatStrings (lib.mapAttrsToList (k: v: "export ${k}=${lib.escapeShellArg v}\n") runtimeEnv)}export PATH=\"${lib.makeBinPath runtimeInputs}:$PATH\"\n${text}"; };
    symlinkJoin = { name, paths, postBuild ? "", ... }@a: mkDerivation { inherit name; dontUnpack = true; pathsToJoin = paths; buildCommand = "mkdir -p $out; for p in $pathsToJoin; do cp -rsn $p/. $out/; done; ${postBuild}"; meta = a.meta or { }; };
    buildEnv = { name, paths, ... }: pkgs.symlinkJoin { inherit name paths; };
    linkFarm = name: _: standIn name { };
    substituteAll = a: standIn "substituteAll" { };
    replaceVars = f: _: f;
    mkShell = a: mkDerivation ({ name = "nix-shell"; dontUnpack = true; buildCommand = "touch $out"; } // removeAttrs a [ "inputsFrom" "packages" "shellHook" ] // { checkPackages = map (x: "${x}") (a.packages or [ ]); });
    mkShellNoCC = pkgs.mkShell;
    formats = { json = formatOf "json" (_: toJSON); yaml = formatOf "yaml" (_: toJSON); toml = formatOf "toml" (_: toTOML); ini = formatOf "ini" (_: lib.generators.toINI { }); keyValue = formatOf "conf" (o: lib.generators.toKeyValue o); };
    dockerTools = { buildImage = a: standIn "docker-image-${a.name}" { }; buildLayeredImage = a: standIn "docker-image-${a.name}" { }; streamLayeredImage = a: standIn "docker-image-${a.name}" { }; };
    testers = { runNixOSTest = nixosTest; nixosTest = nixosTest; testVersion = a: standIn "test-version" { }; };
    inherit nixosTest;
    nixosOptionsDoc = { options, ... }: let d = standIn "options-doc" { }; in { optionsCommonMark = d; optionsJSON = d; optionsAsciiDoc = d; };
    extend = overlay: import ./pkgs.nix { inherit lib system; overlays = overlays ++ [ overlay ]; };
    appendOverlays = more: import ./pkgs.nix { inherit lib system; overlays = overlays ++ more; };
    makeSetupHook = _: _: hook "setup-hook";
    nixos = conf: nixosSystem { modules = [ conf ]; };
    closureInfo = _: standIn "closure-info" { };
    copyDesktopItems = hook "copy-desktop-items";
  };
  platform = { inherit system; canExecute = _: true; isLinux = true; isDarwin = false; isx86_64 = lib.hasPrefix "x86_64" system; isAarch64 = lib.hasPrefix "aarch64" system; isMusl = false; isGnu = true; parsed.cpu.name = builtins.head (lib.splitString "-" system); config = system; node = { platform = "linux"; arch = if lib.hasPrefix "x86_64" system then "x64" else "arm64"; }; };
  callPackageWith = set: f: args:
    let fn = if isFunction f then f else import f;
        wanted = lib.functionArgs fn;
        auto = builtins.intersectAttrs wanted set;
        missing = builtins.filter (n: !wanted.${n} && !(auto ? ${n}) && !(args ? ${n})) (builtins.attrNames wanted);
    in if missing != [ ] then throw "callPackage ${if isFunction f then "<function>" else toString f}: the stand-in for nixpkgs has no `${builtins.head missing}' (if nixpkgs has it, name it in tests/packaging/nix/nixpkgs/pkgs.nix)"
       else lib.makeOverridable fn (auto // args);
  nixosSystem = import ./nixos.nix { inherit lib system; pkgsFor = _: pkgs; };
  # Evaluates every machine of the test; the driver itself cannot be built here.
  nixosTest = t':
    let t = if isFunction t' then t' { inherit lib pkgs; hostPkgs = pkgs; config = { }; } else if builtins.isPath t' then nixosTest (import t') else t';
        nodes = builtins.mapAttrs (name: m: (nixosSystem { modules = [ m { networking.hostName = lib.mkDefault name; } ]; }).config) (t.nodes or (if t ? machine then { inherit (t) machine; } else { }));
        script = if isFunction (t.testScript or "") then t.testScript { inherit nodes; } else t.testScript or (throw "the NixOS test ${t.name or "?"} has no testScript");
    in mkDerivation { name = "vm-test-run-${t.name}"; dontUnpack = true; testScript = script; passAsFile = [ "testScript" ]; machines = map (n: "${n.system.build.toplevel}") (builtins.attrValues nodes);
         buildCommand = "python3 -m py_compile $testScriptPath; mkdir $out; cp $testScriptPath $out/test.py"; passthru = { inherit nodes; }; };
  pkgs = lib.foldl' (prev: overlay: prev // overlay pkgs prev) base overlays;
in pkgs
