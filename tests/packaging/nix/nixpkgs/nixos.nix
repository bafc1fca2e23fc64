# A stand-in for NixOS: the options that nix/module.nix, nix/example.nix and nix/herd.nix use, and the texts of the units
# that come of them.
{ lib, pkgsFor }:
{
  modules,
  system ? "x86_64-linux",
}:
let
  pkgs = pkgsFor system;
  inherit (lib) mkOption types;

  of = type: default: mkOption { inherit type default; };
  # What matters to no unit: anything goes.
  lax = of types.anything { };
  words = of (types.listOf types.str) [ ];
  atom = types.oneOf [
    types.bool
    types.int
    types.float
    types.str
    types.path
    types.package
  ];
  section = of (types.attrsOf (
    types.nullOr (
      types.oneOf [
        atom
        (types.listOf atom)
      ]
    )
  )) { };

  # ---- units --------------------------------------------------------------------------------------------------------
  # Options, and what they are called in a unit.
  relations = {
    after = "After";
    before = "Before";
    conflicts = "Conflicts";
    documentation = "Documentation";
    onFailure = "OnFailure";
    partOf = "PartOf";
    requires = "Requires";
    wants = "Wants";
  };
  common = {
    enable = of types.bool true;
    description = of types.singleLineStr "";
    wantedBy = words;
    unitConfig = section;
    reloadTriggers = of (types.listOf types.unspecified) [ ];
  }
  // lib.mapAttrs (_: _: words) relations;
  units = options: of (types.attrsOf (types.submodule { options = common // options; })) { };
  service = {
    serviceConfig = section;
    path = of (types.listOf (types.either types.package types.str)) [ ];
    script = of types.lines "";
    startAt = mkOption {
      type = types.either types.str (types.listOf types.str);
      default = [ ];
      apply = lib.toList;
    };
  };

  shown = v: if builtins.isBool v then lib.boolToString v else toString v;
  lines =
    set:
    lib.concatStrings (
      lib.concatMap (key: map (v: "${key}=${shown v}\n") (lib.toList set.${key})) (
        builtins.filter (key: set.${key} != null) (builtins.attrNames set)
      )
    );
  about =
    unit:
    "[Unit]\n"
    + lines (
      lib.filterAttrs (_: v: v != "") (
        { Description = unit.description; }
        // lib.mapAttrs' (option: key: lib.nameValuePair key (toString unit.${option})) relations
      )
      // unit.unitConfig
    );
  install = unit: lib.optionalString (unit.wantedBy != [ ]) "\n[Install]\nWantedBy=${toString unit.wantedBy}\n";
  text =
    title: config: unit:
    "${about unit}\n[${title}]\n${lines unit.${config}}${install unit}";
  serviceText =
    name: unit:
    let
      path = unit.path ++ [
        pkgs.coreutils
        pkgs.findutils
        pkgs.gnugrep
        pkgs.gnused
        pkgs.systemd
      ];
      script = pkgs.writeShellScript "unit-script-${name}" "set -e\n${unit.script}";
    in
    "${about unit}\n[Service]\nEnvironment=\"PATH=${lib.makeBinPath path}\"\n"
    + lines (lib.optionalAttrs (unit.script != "") { ExecStart = "${script}"; } // unit.serviceConfig)
    + install unit;

  # ---- the rest -----------------------------------------------------------------------------------------------------
  user = types.submodule {
    options = {
      description = of types.str "";
      group = of types.str "";
      extraGroups = words;
      isSystemUser = of types.bool false;
      isNormalUser = of types.bool false;
      home = of types.path "/var/empty";
    };
  };
  redis = types.submodule (
    { name, ... }:
    {
      options = {
        enable = of types.bool false;
        user = of types.str "redis-${name}";
        group = of types.str "redis-${name}";
        port = of types.port 0;
        bind = of (types.nullOr types.str) "127.0.0.1";
        unixSocket = of (types.nullOr types.path) "/run/redis-${name}/redis.sock";
        appendOnly = of types.bool false;
        appendFsync = of types.str "everysec";
        save = lax;
        settings = lax;
      };
    }
  );

  base =
    { config, ... }:
    {
      options = {
        assertions = of (types.listOf types.unspecified) [ ];
        warnings = words;
        environment = {
          systemPackages = of (types.listOf types.package) [ ];
          etc = lax;
        };
        users.users = of (types.attrsOf user) { };
        users.groups = of (types.attrsOf types.anything) { };
        networking = lax;
        services.postfix = lax;
        services.redis.servers = of (types.attrsOf redis) { };
        systemd = {
          services = units service;
          timers = units { timerConfig = section; };
          paths = units { pathConfig = section; };
          sockets = units { socketConfig = section; };
          slices = units { sliceConfig = section; };
          targets = units { };
          units = lax;
          packages = of (types.listOf types.package) [ ];
          tmpfiles.rules = words;
        };
        system.build = of (types.lazyAttrsOf types.raw) { };
        # For whoever checks.
        check.units = of (types.attrsOf types.str) { };
      };
      config = {
        _module.args = { inherit pkgs; };
        systemd.timers = lib.mapAttrs (_: unit: {
          wantedBy = [ "timers.target" ];
          timerConfig.OnCalendar = unit.startAt;
        }) (lib.filterAttrs (_: unit: unit.startAt != [ ]) config.systemd.services);
        assertions =
          lib.mapAttrsToList (name: user: {
            assertion = user.isSystemUser != user.isNormalUser;
            message = "Exactly one of users.users.${name}.isSystemUser and isNormalUser must be set.";
          }) config.users.users
          ++ lib.mapAttrsToList (name: user: {
            assertion = user.isNormalUser || config.users.groups ? ${user.group};
            message = "users.users.${name}.group is `${user.group}', which is no group.";
          }) config.users.users
          ++ lib.mapAttrsToList (name: unit: {
            assertion = unit.script != "" || unit.serviceConfig ? ExecStart;
            message = "systemd.services.${name} has neither script nor ExecStart.";
          }) config.systemd.services;
        check.units =
          let
            each =
              ending: make:
              lib.mapAttrs' (name: unit: lib.nameValuePair "${name}.${ending}" (make name unit));
            simple = title: config: _: text title config;
          in
          each "service" serviceText config.systemd.services
          // each "timer" (simple "Timer" "timerConfig") config.systemd.timers
          // each "path" (simple "Path" "pathConfig") config.systemd.paths
          // each "socket" (simple "Socket" "socketConfig") config.systemd.sockets
          // each "slice" (simple "Slice" "sliceConfig") config.systemd.slices
          // each "target" (_: unit: about unit + install unit) config.systemd.targets;
        system.build.toplevel =
          let
            failed = builtins.filter (one: !one.assertion) config.assertions;
          in
          if failed != [ ] then
            throw "Failed assertions:${lib.concatMapStrings (one: "\n- ${one.message}") failed}"
          else
            pkgs.runCommand "nixos-system" {
              units = builtins.toJSON config.check.units;
              etc = map (file: file.source or file.text) (builtins.attrValues config.environment.etc);
              passAsFile = [
                "units"
                "etc"
              ];
            } "cp $unitsPath $out";
      };
    };
in
lib.evalModules { modules = [ base ] ++ modules; }
