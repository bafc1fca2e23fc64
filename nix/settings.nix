# sheepdog.toml, made of an attribute set, and held against the schema of the very Sheepdog that is to read it.
{
  lib,
  stdenv,
  formats,
  runCommand,
  sheepdog,
}:
settings:
let
  toml = (formats.toml { }).generate "sheepdog.toml" settings;
  # What is built for another machine cannot be asked here.
  can = stdenv.buildPlatform.canExecute stdenv.hostPlatform;
in
runCommand "sheepdog.toml" { } ''
  ${lib.optionalString can "${sheepdog}/bin/sheepdog config check --schema -c ${toml}"}
  cp ${toml} $out
''
