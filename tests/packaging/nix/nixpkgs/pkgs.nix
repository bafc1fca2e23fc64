# A small stand-in for nixpkgs: the names that flake.nix and nix/ use. Its packages are folders that lead to the tools of
# the machine; buildNpmPackage and importNpmLock go the same steps as those of nixpkgs.
{ lib, system }:
let
  inherit (builtins) isFunction toJSON;

  raw =
    args:
    derivation (
      {
        inherit system;
        builder = "/bin/bash";
      }
      // args
    );
  annotated =
    drv: attrs:
    drv
    // {
      meta = attrs.meta or { };
      override = _: annotated drv attrs;
    }
    // lib.optionalAttrs (attrs ? pname) { inherit (attrs) pname version; };

  # A package that is only used.
  standIn =
    pname:
    annotated
      (raw {
        name = "${pname}-0";
        args = [ "/check/lib/stand-in" ];
        inherit pname;
      })
      {
        inherit pname;
        version = "0";
        meta.mainProgram = if lib.hasPrefix "nodejs" pname then "node" else pname;
      };

  value =
    v:
    if v == true then
      "1"
    else if v == false || v == null then
      ""
    else if builtins.isList v then
      toString (map value v)
    else
      v;
  inputs =
    attrs: toString (map (one: "${one}") ((attrs.nativeBuildInputs or [ ]) ++ (attrs.buildInputs or [ ])));
  mkDerivation =
    attrs:
    annotated (raw (
      {
        name = attrs.name or "${attrs.pname}-${attrs.version}";
        args = [ "/check/lib/build" ];
        checkInputs = inputs attrs;
      }
      // lib.mapAttrs (_: value) (
        removeAttrs attrs [
          "buildInputs"
          "env"
          "meta"
          "nativeBuildInputs"
          "nodejs"
        ]
      )
      // lib.mapAttrs (_: value) (attrs.env or { })
    )) attrs;

  fetchurl =
    { url, hash }:
    raw {
      name = baseNameOf url;
      inherit url;
      args = [ "/check/lib/from-npm-cache" ];
      integrity = hash;
      outputHashMode = "flat";
      outputHashAlgo = null;
      outputHash = hash;
    };

  # package.json and package-lock.json, where all that has an address is a path of the store.
  importNpmLock = {
    __functor =
      _:
      { package, packageLock }:
      let
        lock = packageLock // {
          packages = lib.mapAttrs (
            path: entry:
            entry
            // lib.optionalAttrs (entry ? resolved) {
              resolved = "file:${
                fetchurl {
                  url = entry.resolved;
                  hash = entry.integrity;
                }
              }";
            }
          ) packageLock.packages;
        };
        direct = lib.mapAttrs (name: _: lock.packages."node_modules/${name}".resolved);
      in
      mkDerivation {
        name = "${package.name}-${package.version}-sources";
        packageJson = toJSON (
          package
          // {
            dependencies = direct package.dependencies;
            devDependencies = direct package.devDependencies;
          }
        );
        packageLockJson = toJSON lock;
        passAsFile = [
          "packageJson"
          "packageLockJson"
        ];
        buildCommand = ''
          mkdir $out
          cp "$packageJsonPath" $out/package.json
          cp "$packageLockJsonPath" $out/package-lock.json
        '';
      };
    npmConfigHook = standIn "npm-config-hook";
  };
  buildNpmPackage = attrs: mkDerivation (removeAttrs attrs [ "npmConfigHook" ] // { nodeForBuild = "${attrs.nodejs}"; });

  runCommand =
    name: env: script:
    mkDerivation (
      {
        inherit name;
        buildCommand = script;
      }
      // env
    );
  writeText =
    name: text:
    runCommand name {
      inherit text;
      passAsFile = [ "text" ];
    } ''cp "$textPath" $out'';

  # Each table of the top on a line of its own.
  toTOML = set: lib.concatStrings (lib.mapAttrsToList (name: v: "${toJSON name} = ${inline v}\n") set);
  inline =
    v:
    if builtins.isAttrs v then
      "{ ${lib.concatStringsSep ", " (lib.mapAttrsToList (name: v: "${toJSON name} = ${inline v}") v)} }"
    else if builtins.isList v then
      "[${lib.concatMapStringsSep ", " inline v}]"
    else
      toJSON v;

  nixosSystem = import ./nixos.nix {
    inherit lib;
    pkgsFor = _: pkgs;
  };
  # Every machine is evaluated, and the script read as Python; nothing is started.
  runNixOSTest =
    test:
    let
      machines = lib.mapAttrs (
        name: machine:
        (nixosSystem {
          modules = [
            machine
            { networking.hostName = name; }
          ];
        }).config.system.build.toplevel
      ) test.nodes;
    in
    runCommand "vm-test-run-${test.name}" {
      script = test.testScript;
      passAsFile = [ "script" ];
      machines = lib.attrValues machines;
    } ''python3 -m py_compile "$scriptPath"; cp "$scriptPath" $out'';

  platform = {
    inherit system;
    canExecute = _: true;
    node.arch = if lib.hasPrefix "x86_64" system then "x64" else "arm64";
  };

  callPackage =
    f: args:
    let
      function = if isFunction f then f else import f;
      wanted = lib.functionArgs function;
      missing = builtins.filter (name: !wanted.${name} && !(pkgs ? ${name}) && !(args ? ${name})) (
        builtins.attrNames wanted
      );
    in
    if missing != [ ] then
      throw "the stand-in for nixpkgs has no ${toString missing}; where nixpkgs has it, it belongs into tests/packaging/nix/nixpkgs/pkgs.nix"
    else
      function (builtins.intersectAttrs wanted pkgs // args);

  pkgs =
    lib.genAttrs [
      "bash"
      "borgbackup"
      "coreutils"
      "findutils"
      "gnugrep"
      "gnused"
      "nixfmt-tree"
      "nodejs_22"
      "openssh"
      "openssl"
      "python3"
      "redis"
      "restic"
      "systemd"
      "systemdLibs"
      "util-linux"
    ] standIn
    // {
      inherit
        lib
        buildNpmPackage
        callPackage
        importNpmLock
        runCommand
        writeText
        ;
      stdenv = {
        inherit mkDerivation;
        shell = pkgs.runtimeShell;
        hostPlatform = platform;
        buildPlatform = platform;
      };
      runtimeShell = "${pkgs.bash}/bin/bash";
      writeShellScript =
        name: text:
        runCommand name {
          script = "#!${pkgs.runtimeShell}\n${text}";
          passAsFile = [ "script" ];
        } ''cp "$scriptPath" $out; chmod +x $out'';
      formats.toml = _: {
        type = lib.types.anything;
        generate = name: settings: writeText name (toTOML settings);
      };
      mkShell = attrs: runCommand "shell" { packages = map (one: "${one}") attrs.packages; } "touch $out";
      testers = { inherit runNixOSTest; };
      appendOverlays = overlays: lib.foldl' (before: overlay: before // overlay pkgs before) pkgs overlays;
    };
in
pkgs
