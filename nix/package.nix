# The package: commands, units, man pages, completions and the sample configuration, built of what package-lock.json
# pins. Native modules are built from source, and nothing is fetched while it is built.
{
  lib,
  stdenv,
  buildNpmPackage,
  importNpmLock,
  nodejs_22,
  coreutils,
  python3,
  systemdLibs,
  # The lock file pins content, not hosts: from where that comes is said here.
  registry ? "https://registry.yarnpkg.com",
}:
let
  root = ../.;
  manifest = lib.importJSON (root + "/package.json");
  lock = lib.importJSON (root + "/package-lock.json");
  # Whether an entry of the lock file is meant for this machine: else npm does without it.
  fits =
    entry:
    let
      among = key: value: !(entry ? ${key}) || builtins.elem value entry.${key};
    in
    among "os" "linux" && among "cpu" stdenv.hostPlatform.node.arch && among "libc" "glibc";
  # importNpmLock wants to know where each tarball is from, and fetches it.
  resolved =
    path: entry:
    let
      name = entry.name or (lib.last (lib.splitString "node_modules/" path));
    in
    entry
    // lib.optionalAttrs (entry ? integrity && fits entry) {
      resolved = "${registry}/${name}/-/${baseNameOf name}-${entry.version}.tgz";
    };
  nodejs = nodejs_22;
in
buildNpmPackage {
  pname = "sheepdog";
  inherit (manifest) version;
  src = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.unions [
      ../CHANGELOG.md
      ../COPYING
      ../HACKING.md
      ../Makefile
      ../README.md
      ../build.mjs
      ../completions.mjs
      ../etc
      ../grammar.mjs
      ../helps.mjs
      ../man.mjs
      ../package-lock.json
      ../package.json
      ../src
      ../systemd
      ../tests
      ../tsconfig.json
      ../types.mjs
    ];
  };
  inherit nodejs;
  npmDeps = importNpmLock {
    package = manifest;
    packageLock = lock // {
      packages = lib.mapAttrs resolved lock.packages;
    };
  };
  inherit (importNpmLock) npmConfigHook;
  nativeBuildInputs = [ python3 ]; # node-gyp
  buildInputs = [ systemdLibs ]; # sd-notify
  env.npm_config_build_from_source = "true";

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    node tests/packaging/inside.mjs
    runHook postCheck
  '';

  # What `make install` puts in place is all there is to it.
  installPhase = ''
    runHook preInstall
    make install SHELL=${stdenv.shell} PREFIX=$out SYSCONFDIR=$out/etc \
      ZSHDIR=$out/share/zsh/site-functions NODE=${lib.getExe nodejs} ENV=${lib.getExe' coreutils "env"}
    runHook postInstall
  '';

  meta = {
    description = "Wraps jobs, remembers, and tells a person once when it matters";
    license = lib.licenses.gpl3Plus;
    mainProgram = "sheepdog";
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };
}
