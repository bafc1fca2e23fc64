# Calls the flake by hand, for what `nix flake check' does not tell.
{
  checkout,
  nixpkgs,
}:
let
  flake = import (checkout + "/flake.nix");
  packages =
    let
      made = (import (nixpkgs + "/flake.nix")).outputs { self = { }; };
    in
    made // { outPath = nixpkgs; };
  outputs = flake.outputs {
    inherit self;
    nixpkgs = packages;
  };
  self = outputs // {
    outPath = checkout;
  };
  inherit (packages) lib;

  described = drv: {
    inherit (drv) drvPath name;
    version = drv.version or null;
    main = drv.meta.mainProgram or null;
  };

  nixos =
    modules:
    lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ outputs.nixosModules.default ] ++ modules;
    };

  # The options below services.sheepdog, each with what it is for.
  leaves =
    prefix: option:
    if option._type or null == "option" then
      [
        {
          name = prefix;
          type = option.type.description or option.type.name;
          described = option ? description;
        }
      ]
    else
      lib.concatMap (name: leaves "${prefix}.${name}" option.${name}) (
        builtins.filter (name: !lib.hasPrefix "_" name) (builtins.attrNames option)
      );

  machine =
    modules:
    let
      system = nixos modules;
      c = system.config;
    in
    {
      failed = map (one: one.message) (builtins.filter (one: !one.assertion) c.assertions);
      inherit (c) warnings;
      inherit (c.check) units;
      users = lib.mapAttrsToList (name: user: {
        inherit name;
        inherit (user) group home extraGroups;
      }) c.users.users;
      groups = builtins.attrNames c.users.groups;
      tmpfiles = c.systemd.tmpfiles.rules;
      settings = c.services.sheepdog.settings;
      etc = lib.mapAttrs (_: file: "${file.source}") (
        lib.filterAttrs (_: file: file ? source) c.environment.etc
      );
      toplevel = c.system.build.toplevel.drvPath;
    };

  faults = import ./faults.nix { inherit lib; };

  # The agent belongs to it where there is one.
  examples = [
    (checkout + "/nix/example.nix")
    { services.sheepdog.agent.enable = builtins.pathExists (checkout + "/systemd/sheepdog-agent.service"); }
  ];
in
{
  packages = lib.genAttrs [
    "x86_64-linux"
    "aarch64-linux"
  ] (system: lib.mapAttrs (_: described) outputs.packages.${system});
  checks = lib.mapAttrs (_: described) outputs.checks.x86_64-linux;
  options = leaves "services.sheepdog" (nixos [ ]).options.services.sheepdog;

  example = machine examples;
  # A machine that only barks.
  client = machine [ { services.sheepdog.client.enable = true; } ];
  # Nothing is switched on: nothing is there.
  nothing = machine [ ];
  broken = machine (examples ++ [ faults.run ]);

  faults = lib.mapAttrs (_: fault: (machine [ fault ]).toplevel) faults.eval;
  faultNames = builtins.attrNames faults.eval;
  calendar = faults.calendar;
  # These cannot be built.
  wrong = lib.mapAttrs (_: fault: (nixos [ fault ]).config.environment.etc."sheepdog/sheepdog.toml".source) faults.build;
  wrongNames = builtins.attrNames faults.build;
  wrongSettings = lib.mapAttrs (_: fault: (machine [ fault ]).settings) faults.build;

  default = outputs.packages.x86_64-linux.default;
  inherit (outputs.checks.x86_64-linux) herd;
  # All that the units and /etc name, built.
  closure = lib.genAttrs [ "example" "broken" ] (
    name:
    let
      made = machine (examples ++ lib.optional (name == "broken") faults.run);
    in
    packages.legacyPackages.x86_64-linux.writeText "closure" (builtins.toJSON { inherit (made) units etc; })
  );
}
