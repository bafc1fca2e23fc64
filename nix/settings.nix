# sheepdog.toml, made of an attribute set, and held against the schema of the very Sheepdog that is to read it.
{
  lib,
  stdenv,
  formats,
  runCommand,
  systemd,
  sheepdog,
}:
settings:
let
  toml = (formats.toml { }).generate "sheepdog.toml" settings;
  # When an indicator is read is for systemd to say.
  calendars = lib.catAttrs "calendar" (lib.attrValues (settings.indicators or { }));
  check = [
    "${sheepdog}/bin/sheepdog config check --schema -c ${toml}"
  ]
  ++ map (calendar: "${systemd}/bin/systemd-analyze calendar ${lib.escapeShellArg calendar} >/dev/null") calendars;
  # What is built for another machine cannot be asked here.
  can = stdenv.buildPlatform.canExecute stdenv.hostPlatform;
in
runCommand "sheepdog.toml" { } ''
  ${lib.concatLines (lib.optionals can check)}
  cp ${toml} $out
''
