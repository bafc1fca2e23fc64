{
  description = "A small stand-in for nixpkgs";
  outputs =
    { self }:
    let
      env = import ./env.nix;
      small = import ./lib.nix;
      real = if env.lib == null then small else import (env.lib + "/lib");
      lib = real // {
        nixosSystem = import ./nixos.nix {
          inherit lib;
          pkgsFor = pkgsOf;
        };
      };
      pkgsOf = system: import ./pkgs.nix { inherit lib system; };
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] pkgsOf;
    };
}
