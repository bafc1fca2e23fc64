# A stand-in for NixOS, written for check-nix: the options that a module for a
# service with units and timers uses, and the unit texts they make.
{ lib, system ? "x86_64-linux", pkgsFor }:
{ modules ? [ ], specialArgs ? { }, pkgs ? null, system ? null, ... }@call:
let
  system' = if (call.system or null) != null then call.system else "x86_64-linux";
  thePkgs = if pkgs != null then pkgs else pkgsFor system';
  inherit (lib) mkOption types;
  opt = type: mkOption { inherit type; };
  optD = type: default: mkOption { inherit type default; };
  # for parts of NixOS that matter to no unit: anything goes
  lax = optD types.anything { };
  atom = types.oneOf [ types.bool types.int types.float types.str types.path types.package ];
  unitValue = types.nullOr (types.oneOf [ atom (types.listOf atom) ]);
  section = optD (types.attrsOf unitValue) { };
  strs = optD (types.listOf types.str) [ ];
  common = {
    enable = optD types.bool true;
    description = optD types.singleLineStr "";
    documentation = strs; requires = strs; wants = strs; upholds = strs; after = strs; before = strs; bindsTo = strs; partOf = strs; conflicts = strs; requisite = strs;
    onFailure = strs; onSuccess = strs; requiredBy = strs; wantedBy = strs; upheldBy = strs; aliases = strs;
    startLimitBurst = opt types.int; startLimitIntervalSec = opt types.int;
    overrideStrategy = optD (types.enum [ "asDropinIfExists" "asDropin" ]) "asDropinIfExists";
    unitConfig = section;
    restartTriggers = optD (types.listOf types.unspecified) [ ];
    reloadTriggers = optD (types.listOf types.unspecified) [ ];
  };
  service = types.submodule ({ name, ... }: {
    options = common // {
      environment = optD (types.attrsOf (types.nullOr (types.oneOf [ types.str types.path types.package ]))) { };
      path = optD (types.listOf (types.oneOf [ types.package types.str ])) [ ];
      serviceConfig = section;
      confinement = lax;
      enableStrictShellChecks = optD types.bool false;
      script = optD types.lines ""; scriptArgs = optD types.str "";
      preStart = optD types.lines ""; postStart = optD types.lines ""; reload = optD types.lines ""; preStop = optD types.lines ""; postStop = optD types.lines "";
      jobScripts = optD (types.listOf types.path) [ ];
      restartIfChanged = optD types.bool true; reloadIfChanged = optD types.bool false; stopIfChanged = optD types.bool true; notSocketActivated = optD types.bool false;
      startAt = mkOption { type = types.either types.str (types.listOf types.str); default = [ ]; apply = lib.toList; };
    };
  });
  unitOf = key: extra: types.submodule { options = common // { ${key} = section; } // extra; };
  user = types.submodule ({ name, config, ... }: {
    options = {
      name = optD types.str name; description = optD types.str ""; uid = optD (types.nullOr types.int) null; group = optD types.str ""; extraGroups = strs;
      isSystemUser = optD types.bool false; isNormalUser = optD types.bool false; home = optD types.path "/var/empty"; homeMode = optD types.str "700"; createHome = optD types.bool false;
      shell = optD (types.nullOr (types.either types.package types.path)) null; useDefaultShell = optD types.bool false; packages = optD (types.listOf types.package) [ ]; linger = optD types.bool false;
      hashedPassword = optD (types.nullOr types.str) null; hashedPasswordFile = optD (types.nullOr types.str) null; initialPassword = optD (types.nullOr types.str) null; password = optD (types.nullOr types.str) null; openssh = lax; subUidRanges = lax; subGidRanges = lax; autoSubUidGidRange = optD types.bool false;
    };
  });
  group = types.submodule ({ name, ... }: { options = { name = optD types.str name; gid = optD (types.nullOr types.int) null; members = strs; }; });
  redisServer = types.submodule ({ name, config, ... }: {
    options = {
      enable = optD types.bool false; user = optD types.str (if name == "" then "redis" else "redis-${name}"); group = optD types.str (if name == "" then "redis" else "redis-${name}");
      port = optD types.port (if name == "" then 6379 else 0); openFirewall = optD types.bool false; bind = optD (types.nullOr types.str) "127.0.0.1"; extraParams = strs;
      unixSocket = optD (types.nullOr types.path) "/run/${if name == "" then "redis" else "redis-${name}"}/redis.sock"; unixSocketPerm = optD types.int 660;
      logLevel = optD types.str "notice"; logfile = optD types.str "/dev/null"; databases = optD types.int 16; maxclients = optD types.int 10000; save = lax; slaveOf = lax; masterAuth = lax; requirePass = optD (types.nullOr types.str) null; requirePassFile = optD (types.nullOr types.path) null; appendOnly = optD types.bool false; appendFsync = optD types.str "everysec"; slowLogLogSlowerThan = optD types.int 10000; slowLogMaxLen = optD types.int 128; syslog = optD types.bool true; settings = lax; package = lax; vmOverCommit = optD types.bool true;
    };
  });

  # ---- unit texts -------------------------------------------------------------
  show = v: if builtins.isBool v then lib.boolToString v else toString v;
  lines = set: lib.concatStrings (lib.concatMap (k: map (v: "${k}=${show v}\n") (lib.toList set.${k})) (builtins.filter (k: set.${k} != null) (builtins.attrNames set)));
  unitSection = u: lines (lib.filterAttrs (_: v: v != "" && v != [ ]) {
    Description = u.description; Documentation = toString u.documentation; Requires = toString u.requires; Wants = toString u.wants; Upholds = toString u.upholds; After = toString u.after; Before = toString u.before; BindsTo = toString u.bindsTo; PartOf = toString u.partOf; Conflicts = toString u.conflicts; Requisite = toString u.requisite; OnFailure = toString u.onFailure; OnSuccess = toString u.onSuccess;
  } // u.unitConfig);
  install = u: let w = toString u.wantedBy; r = toString u.requiredBy; a = toString u.aliases; in
    lib.optionalString (w + r + a != "") ("\n[Install]\n" + lines (lib.filterAttrs (_: v: v != "") { WantedBy = w; RequiredBy = r; Alias = a; }));
  script = name: phase: text: "${thePkgs.writeShellScript "unit-script-${name}-${phase}" "set -e\n${text}"}";
  serviceText = name: u:
    let
      path = u.path ++ [ thePkgs.coreutils thePkgs.findutils thePkgs.gnugrep thePkgs.gnused thePkgs.systemd ];
      env = { PATH = "${lib.makeBinPath path}:${lib.makeSearchPath "sbin" path}"; } // lib.filterAttrs (_: v: v != null) u.environment;
      scripts = lib.optionalAttrs (u.script != "") { ExecStart = "${script name "start" u.script} ${u.scriptArgs}"; }
        // lib.optionalAttrs (u.preStart != "") { ExecStartPre = [ (script name "pre-start" u.preStart) ]; }
        // lib.optionalAttrs (u.postStart != "") { ExecStartPost = [ (script name "post-start" u.postStart) ]; }
        // lib.optionalAttrs (u.reload != "") { ExecReload = script name "reload" u.reload; }
        // lib.optionalAttrs (u.preStop != "") { ExecStop = script name "pre-stop" u.preStop; }
        // lib.optionalAttrs (u.postStop != "") { ExecStopPost = script name "post-stop" u.postStop; };
      clash = builtins.filter (k: scripts ? ${k} && k == "ExecStart") (builtins.attrNames u.serviceConfig);
      q = s: if builtins.match "[A-Za-z0-9_./:@%+,=-]*" s != null then s else builtins.toJSON s;
    in
    if clash != [ ] then throw "systemd.services.${name}: both `script' and serviceConfig.ExecStart are set"
    else if (u.serviceConfig.Type or "") == "oneshot" && builtins.elem (u.serviceConfig.Restart or "no") [ "always" "on-success" ] then throw "systemd.services.${name}: Type=oneshot cannot have Restart=${u.serviceConfig.Restart}"
    else "[Unit]\n${unitSection u}\n[Service]\n${lib.concatStrings (lib.mapAttrsToList (k: v: "Environment=${builtins.toJSON "${k}=${toString v}"}\n") env)}${lines (scripts // u.serviceConfig)}${install u}";
  otherText = title: key: u: extra: "[Unit]\n${unitSection u}\n[${title}]\n${lines u.${key}}${extra}${install u}";

  base = { config, options, ... }: {
    options = {
      assertions = mkOption { type = types.listOf types.unspecified; default = [ ]; };
      warnings = mkOption { type = types.listOf types.str; default = [ ]; };
      meta = lax; lib = lax; ids = lax;
      environment = { systemPackages = optD (types.listOf types.package) [ ]; etc = lax; variables = lax; sessionVariables = lax; shellAliases = lax; pathsToLink = strs; persistence = lax; defaultPackages = optD (types.listOf types.package) [ ]; };
      users = { users = optD (types.attrsOf user) { }; groups = optD (types.attrsOf group) { }; mutableUsers = optD types.bool true; extraUsers = lax; };
      systemd = {
        services = optD (types.attrsOf service) { };
        timers = optD (types.attrsOf (unitOf "timerConfig" { })) { };
        sockets = optD (types.attrsOf (unitOf "socketConfig" { listenStreams = strs; listenDatagrams = strs; })) { };
        paths = optD (types.attrsOf (unitOf "pathConfig" { })) { };
        targets = optD (types.attrsOf (types.submodule { options = common; })) { };
        slices = optD (types.attrsOf (unitOf "sliceConfig" { })) { };
        mounts = lax; automounts = lax; user = lax; tmpfiles = { rules = strs; settings = lax; packages = optD (types.listOf types.package) [ ]; };
        packages = optD (types.listOf types.package) [ ]; units = lax; package = optD types.package thePkgs.systemd; globalEnvironment = lax; settings = lax; extraConfig = optD types.lines ""; generators = lax; sysusers = lax; network = lax; oomd = lax; coredump = lax;
      };
      services = lib.genAttrs [ "postgresql" "nginx" "caddy" "logrotate" "journald" "cron" "postfix" "openssh" "dbus" "udev" "restic" "borgbackup" "prometheus" "grafana" "mysql" "opensmtpd" "resolved" "timesyncd" "getty" "xserver" "nullmailer" ] (_: lax)
        // { redis = { servers = optD (types.attrsOf redisServer) { }; package = optD types.package thePkgs.redis; vmOverCommit = optD types.bool true; }; };
      programs = lax; networking = lax; security = lax; boot = lax; fileSystems = lax; swapDevices = optD types.anything [ ]; hardware = lax; virtualisation = lax; documentation = lax; i18n = lax; console = lax; fonts = lax; nix = lax; containers = lax; specialisation = lax; age = lax; sops = lax;
      time = lax; xdg = lax; power = lax; qt = lax; zramSwap = lax;
      nixpkgs = { overlays = optD (types.listOf types.raw) [ ]; config = lax; hostPlatform = lax; system = lax; pkgs = lax; buildPlatform = lax; };
      system = { stateVersion = optD types.str "26.05"; build = optD (types.lazyAttrsOf types.raw) { }; activationScripts = lax; userActivationScripts = lax; nixos = lax; checks = optD types.anything [ ]; name = optD types.str "check"; extraDependencies = optD (types.listOf types.package) [ ]; configurationRevision = optD (types.nullOr types.str) null; switch = lax; requiredKernelConfig = lax; };
      check.units = mkOption { type = types.attrsOf types.str; internal = true; };
      check.systemd = mkOption { type = types.raw; internal = true; };
    };
    config = {
      _module.args = { pkgs = lib.mkForce (if config.nixpkgs.overlays == [ ] then thePkgs else thePkgs.appendOverlays config.nixpkgs.overlays); utils = { escapeSystemdPath = lib.escape [ "/" ]; escapeSystemdExecArg = builtins.toJSON; escapeSystemdExecArgs = lib.concatMapStringsSep " " builtins.toJSON; }; modulesPath = "/check/no-modules"; };
      systemd.timers = lib.mapAttrs (_: s: { wantedBy = [ "timers.target" ]; timerConfig.OnCalendar = s.startAt; }) (lib.filterAttrs (_: s: s.enable && s.startAt != [ ]) config.systemd.services);
      assertions = lib.mapAttrsToList (n: u: { assertion = u.isSystemUser != u.isNormalUser; message = "Exactly one of users.users.${n}.isSystemUser and users.users.${n}.isNormalUser must be set."; }) config.users.users
        ++ lib.mapAttrsToList (n: u: { assertion = u.group != "" || u.isNormalUser; message = "users.users.${n}.group is unset."; }) config.users.users
        ++ lib.mapAttrsToList (n: u: { assertion = u.group == "" || config.users.groups ? ${u.group} || builtins.elem u.group [ "users" "nogroup" "wheel" "systemd-journal" ]; message = "users.users.${n}.group is `${u.group}', which users.groups has not."; }) config.users.users
        ++ lib.mapAttrsToList (n: s: { assertion = s.script != "" || s.serviceConfig ? ExecStart || s.serviceConfig ? ExecStop || (s.serviceConfig.SuccessAction or null) != null || s.confinement != { } ; message = "systemd.services.${n} has neither script nor ExecStart."; }) (lib.filterAttrs (_: s: s.enable) config.systemd.services);
      check.units = let on = lib.filterAttrs (_: u: u.enable); in
        lib.mapAttrs' (n: u: lib.nameValuePair "${n}.service" (serviceText n u)) (on config.systemd.services)
        // lib.mapAttrs' (n: u: lib.nameValuePair "${n}.timer" (otherText "Timer" "timerConfig" u "")) (on config.systemd.timers)
        // lib.mapAttrs' (n: u: lib.nameValuePair "${n}.socket" (otherText "Socket" "socketConfig" u (lib.concatMapStrings (s: "ListenStream=${s}\n") u.listenStreams + lib.concatMapStrings (s: "ListenDatagram=${s}\n") u.listenDatagrams))) (on config.systemd.sockets)
        // lib.mapAttrs' (n: u: lib.nameValuePair "${n}.path" (otherText "Path" "pathConfig" u "")) (on config.systemd.paths)
        // lib.mapAttrs' (n: u: lib.nameValuePair "${n}.slice" (otherText "Slice" "sliceConfig" u "")) (on config.systemd.slices)
        // lib.mapAttrs' (n: u: lib.nameValuePair "${n}.target" "[Unit]\n${unitSection u}${install u}") (on config.systemd.targets);
      check.systemd = { inherit (config.systemd.tmpfiles) rules; };
      system.build.toplevel = let failed = builtins.filter (a: !a.assertion) config.assertions; in
        if failed != [ ] then throw "Failed assertions:${lib.concatMapStrings (a: "\n- ${a.message}") failed}"
        else thePkgs.runCommand "nixos-system-check" { unitTexts = builtins.toJSON config.check.units; etcFiles = map (file: file.source or file.text) (lib.attrValues config.environment.etc); passAsFile = [ "unitTexts" "etcFiles" ]; } "cp $unitTextsPath $out";
    };
  };
  eval = lib.evalModules { modules = [ base ] ++ modules; specialArgs = { modulesPath = "/check/no-modules"; } // specialArgs; };
in
eval // { pkgs = eval._module.args.pkgs; }
