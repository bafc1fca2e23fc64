{
  description = "Sheepdog: wraps jobs, remembers, and tells a person once when it matters";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      each =
        of:
        lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: of nixpkgs.legacyPackages.${system});
      own = pkgs: self.packages.${pkgs.stdenv.hostPlatform.system}.default;
    in
    {
      packages = each (pkgs: rec {
        sheepdog = pkgs.callPackage ./nix/package.nix { };
        default = sheepdog;
      });

      overlays.default = final: _: { sheepdog = final.callPackage ./nix/package.nix { }; };

      # nix run .#sheepdog-handler -- --once
      apps = each (
        pkgs:
        let
          app = name: {
            type = "app";
            program = "${own pkgs}/bin/${name}";
            meta.description = "The command ${name} of Sheepdog";
          };
          names = builtins.attrNames (lib.importJSON ./package.json).bin;
        in
        lib.genAttrs names app // { default = app "sheepdog"; }
      );

      nixosModules.default =
        { lib, pkgs, ... }:
        {
          imports = [ ./nix/module.nix ];
          services.sheepdog.package = lib.mkDefault (own pkgs);
        };

      checks = each (pkgs: {
        package = own pkgs;
        settings = pkgs.callPackage ./nix/settings.nix { sheepdog = own pkgs; } {
          mail.to = "you@example.org";
        };
        herd = pkgs.testers.runNixOSTest (
          import ./nix/herd.nix { module = self.nixosModules.default; }
        );
      });

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          # What setup.sh looks for to build, and to test most of it.
          packages = [
            pkgs.nodejs_22
            pkgs.python3
            pkgs.redis
            pkgs.openssl
            pkgs.borgbackup
            pkgs.restic
            pkgs.util-linux
          ];
          buildInputs = [ pkgs.systemdLibs ];
          npm_config_nodedir = "${pkgs.nodejs_22}";
        };
      });

      formatter = each (pkgs: pkgs.nixfmt-tree);
    };
}
