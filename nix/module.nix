# services.sheepdog: the units of systemd/ on NixOS.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.sheepdog;
  shipped = import ./units.nix { inherit lib; };

  # ---- which of them ----------------------------------------------------------
  # What is switched on together, by the names of options.
  parts = {
    client = {
      services = [
        "sheepdog-flush"
        "sheepdog-sweep"
        "sheepdog-bark@"
      ];
      timers = [
        "sheepdog-flush"
        "sheepdog-sweep"
      ];
      paths = [ "sheepdog-flush" ];
    };
    handler = {
      services = [
        "sheepdog-handler"
        "sheepdog-rounds"
      ];
      timers = [ "sheepdog-rounds" ];
      paths = [ "sheepdog-rounds" ];
    };
    indicators = {
      services = [
        "sheepdog-daemon"
        "sheepdog-indicator@"
      ];
      timers = [ "sheepdog-indicator@" ];
    };
    agent = {
      services = [
        "sheepdog-agent"
        "sheepdog-job@"
        "sheepdog-job-ended@"
      ];
      sockets = [ "sheepdog-job" ];
    };
  }
  // lib.genAttrs single (name: {
    services = [ "sheepdog-${name}" ];
  });
  # Each is one service.
  single = [
    "mailer"
    "receiver"
    "notifier"
  ];
  on = {
    agent = cfg.agent.enable;
    client = cfg.client.enable;
    handler = cfg.handler.enable;
    indicators = cfg.indicators != { } || cfg.standard;
  }
  // lib.genAttrs single (name: cfg.${name}.enable);
  any = builtins.any (name: on.${name}) (builtins.attrNames on);
  wanted =
    kind: lib.concatMap (name: parts.${name}.${kind} or [ ]) (builtins.filter (name: on.${name}) (builtins.attrNames parts));
  chosen =
    kind:
    lib.genAttrs (wanted kind) (
      name:
      shipped.${kind}.${name}
        or (throw "services.sheepdog: this version of Sheepdog has no unit ${name} among its ${kind}")
    );

  # ---- what NixOS has elsewhere ----------------------------------------------
  here =
    line:
    builtins.replaceStrings
      [
        "/usr/bin/sheepdog"
        "/bin/kill"
        "/bin/rm"
        "/bin/sh"
      ]
      [
        "${cfg.package}/bin/sheepdog"
        "${pkgs.util-linux}/bin/kill"
        "${pkgs.coreutils}/bin/rm"
        pkgs.runtimeShell
      ]
      line;
  placed =
    name: value:
    if lib.hasPrefix "Exec" name then
      if builtins.isList value then map here value else here value
    else if name == "LoadCredential" then
      map credential (lib.toList value)
    else
      value;

  # "smtp:sheepdog.smtp", which systemd looks for in /etc/credstore, or the file that `secrets` names.
  credential =
    line:
    let
      name = builtins.head (lib.splitString ":" line);
    in
    if cfg.secrets ? ${name} then "${name}:${cfg.secrets.${name}}" else line;

  redis = config.services.redis.servers.sheepdog;
  redisFolder = builtins.dirOf redis.unixSocket;

  lasting = [
    "sheepdog-handler"
    "sheepdog-agent"
  ]
  ++ map (name: "sheepdog-${name}") single;
  service = name: unit: {
    inherit (unit)
      description
      documentation
      wantedBy
      before
      wants
      requires
      partOf
      conflicts
      unitConfig
      ;
    after = unit.after ++ lib.optional cfg.redis.enable "redis-sheepdog.service";
    serviceConfig =
      lib.mapAttrs placed unit.serviceConfig
      # A sandbox that shows only what it names must show this, too.
      // lib.optionalAttrs (cfg.redis.enable && unit.serviceConfig ? TemporaryFileSystem) {
        BindReadOnlyPaths = lib.toList (unit.serviceConfig.BindReadOnlyPaths or [ ]) ++ [ "-${redisFolder}" ];
      };
    # Programs that plugins and receivers call are those of the machine.
    path = [ pkgs.openssh ] ++ lib.optional (builtins.elem name callers) "/run/current-system/sw";
    reloadTriggers = lib.optional (builtins.elem name (lasting ++ [ "sheepdog-daemon" ])) settings;
  };
  callers = [
    "sheepdog-indicator@"
    "sheepdog-daemon"
    "sheepdog-receiver"
    "sheepdog-notifier"
    "sheepdog-agent"
  ];

  # ---- what stands in /etc/sheepdog -------------------------------------------
  toml = pkgs.formats.toml { };
  settings = pkgs.callPackage ./settings.nix { sheepdog = cfg.package; } cfg.settings;
  files =
    folder: ending: entries:
    lib.mapAttrs' (
      name: value: lib.nameValuePair "sheepdog/${folder}/${name}${ending}" { source = value; }
    ) entries;
  textOrFile = name: value: if builtins.isPath value || lib.isDerivation value then value else pkgs.writeText name value;

  # ---- what is watched: any unit ----------------------------------------------
  bark = [ "sheepdog-bark@%n.service" ];
  endings = {
    service = "services";
    timer = "timers";
    path = "paths";
    socket = "sockets";
    target = "targets";
    slice = "slices";
  };
  # { kind = "services"; name = "borgbackup-job-etc"; }; other kinds than these are mounts and such.
  watched = map (
    full:
    let
      parts = builtins.match "(.*)\\.([a-z]+)" full;
      ending = if parts == null then null else builtins.elemAt parts 1;
      unitEndings = builtins.attrNames endings ++ [
        "mount"
        "automount"
        "swap"
        "device"
        "scope"
      ];
    in
    if builtins.elem ending unitEndings then
      {
        inherit full;
        kind = endings.${ending} or null;
        name = builtins.elemAt parts 0;
      }
    else
      {
        full = "${full}.service";
        kind = "services";
        name = full;
      }
  ) cfg.watch;
  failing =
    kind:
    builtins.listToAttrs (
      map (one: lib.nameValuePair one.name { onFailure = bark; }) (
        builtins.filter (one: one.kind == kind) watched
      )
    );
  units = builtins.listToAttrs (
    map (
      one:
      lib.nameValuePair one.full {
        overrideStrategy = "asDropin";
        text = "[Unit]\nOnFailure=${toString bark}\n";
      }
    ) (builtins.filter (one: one.kind == null) watched)
  );
in
{
  imports = [ ./options.nix ];

  config = lib.mkIf any {
    assertions = [
      {
        assertion = cfg.redis.enable -> on.handler;
        message = "services.sheepdog.redis is for the machine of the handler; elsewhere services.sheepdog.settings.redis says where that one is.";
      }
      {
        assertion = cfg.jobs != { } -> on.agent;
        message = "services.sheepdog.jobs are run by the agent: set services.sheepdog.agent.enable.";
      }
    ];
    warnings = lib.concatMap (
      one:
      let
        unit = config.systemd.services.${one.name};
      in
      lib.optional (
        one.kind == "services"
        && unit.script == ""
        && !(unit.serviceConfig ? ExecStart)
        && config.systemd.packages == [ ]
      ) "services.sheepdog.watch: there seems to be no service ${one.full}"
    ) watched;

    services.sheepdog.settings = lib.mkMerge [
      (lib.mkIf (cfg.expect != { }) { inherit (cfg) expect; })
      (lib.mkIf (cfg.indicators != { }) { inherit (cfg) indicators; })
      (lib.mkIf cfg.standard { standard = true; })
      (lib.mkIf cfg.redis.enable { redis.socket = lib.mkDefault redis.unixSocket; })
    ];

    environment.systemPackages = [ cfg.package ];
    environment.etc = {
      "sheepdog/sheepdog.toml".source = settings;
    }
    // files "rules" ".pl" (lib.mapAttrs textOrFile cfg.rules)
    // files "plugins" "" cfg.plugins
    // files "jobs.d" ".toml" (lib.mapAttrs (name: toml.generate "${name}.toml") cfg.jobs)
    // lib.optionalAttrs (cfg.operators != null) { "sheepdog/operators".text = cfg.operators; }
    // lib.optionalAttrs (cfg.signers != null) { "sheepdog/allowed_signers".text = cfg.signers; };

    users.groups = lib.mapAttrs (_: _: { }) shipped.users;
    users.users = lib.mapAttrs (name: user: {
      description = user.about;
      inherit (user) home;
      isSystemUser = true;
      group = name;
      extraGroups = user.groups ++ lib.optional cfg.redis.enable redis.group;
    }) shipped.users;

    # NixOS makes /etc/sheepdog itself.
    systemd.tmpfiles.rules = builtins.filter (line: !lib.hasInfix " /etc/" line) shipped.folders;

    systemd.services = lib.mkMerge [
      (lib.mapAttrs service (chosen "services"))
      (failing "services")
    ];
    systemd.timers = lib.mkMerge [
      (chosen "timers")
      (failing "timers")
    ];
    systemd.paths = lib.mkMerge [
      (chosen "paths")
      (failing "paths")
    ];
    systemd.sockets = lib.mkMerge [
      (chosen "sockets")
      (failing "sockets")
    ];
    # Only what is there can be wanted: the rest it would look for in vain.
    systemd.targets = lib.mkMerge [
      {
        sheepdog = shipped.targets.sheepdog // {
          wants = builtins.filter (
            name:
            let
              parts = builtins.match "(.*)\\.(service|timer|path)" name;
            in
            builtins.elem (builtins.elemAt parts 0) (wanted "${builtins.elemAt parts 1}s")
          ) shipped.targets.sheepdog.wants;
        };
      }
      (failing "targets")
    ];
    systemd.slices = failing "slices";
    systemd.units = units;

    # What was accepted is not lost, and nothing is thrown away to make room: as in etc/redis.conf.
    services.redis.servers.sheepdog = lib.mkIf cfg.redis.enable {
      enable = true;
      port = lib.mkDefault 0;
      appendOnly = true;
      appendFsync = "always";
      save = [ ];
      settings = {
        maxmemory = lib.mkDefault "512mb";
        maxmemory-policy = "noeviction";
        proto-max-bulk-len = "4mb";
      };
    };
  };
}
