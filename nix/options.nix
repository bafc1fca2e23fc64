# The options of services.sheepdog.
{ lib, pkgs, ... }:
let
  inherit (lib) mkEnableOption mkOption types;
  toml = (pkgs.formats.toml { }).type;
  tables =
    description: example:
    mkOption {
      type = types.attrsOf toml;
      default = { };
      inherit description example;
    };
  span =
    description: example:
    mkOption {
      type = types.nullOr types.str;
      default = null;
      inherit description example;
    };
in
{
  options.services.sheepdog = {
    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ./package.nix { };
      defaultText = lib.literalExpression "the package of this flake";
      description = "The Sheepdog to use.";
    };

    client.enable = mkEnableOption "what barks: of units that fail, and out of the spool to Redis";
    handler.enable = mkEnableOption "the handler, which remembers what barks say and decides who is told";
    mailer.enable = mkEnableOption "the mailer, which sends mail";
    receiver.enable = mkEnableOption "the receiver, which hands barks to plugins that are programs";
    notifier.enable = mkEnableOption "the notifier, which tells people by the `receivers` of the settings";
    agent.enable = mkEnableOption "the agent, which runs jobs for those whose signature it trusts";

    settings = mkOption {
      type = types.submodule { freeformType = toml; };
      default = { };
      example = {
        mail = {
          to = "you@example.org";
          uri = "smtp://sheepdog@smtp.example.org:587";
        };
      };
      description = ''
        What stands in `/etc/sheepdog/sheepdog.toml`; see {manpage}`sheepdog.toml(5)`. It is held against Sheepdog's
        own schema when the system is built. Everybody may read it: secrets belong into `secrets`.
      '';
    };

    secrets = mkOption {
      type = types.attrsOf types.externalPath;
      default = { };
      example = {
        smtp = "/run/keys/smtp";
        redis-handler = "/run/keys/redis-handler";
      };
      description = ''
        Files with secrets, by the names of the credentials: `smtp`, `redis`, `redis-handler`, `redis-mailer` and so on;
        `receiver` is a folder with one for each receiver. They are root's, and no part of the store. systemd hands
        each unit what is its own. The others it looks for in `/etc/credstore`, as `sheepdog.smtp` and so on.
      '';
    };

    redis.enable = mkEnableOption "a Redis of this machine, `services.redis.servers.sheepdog`, that carries the barks: for more than one machine";

    standard = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the standard set of indicators is read, besides those of `indicators`.";
    };
    indicators = tables "What is watched on this machine: tables `[indicators.NAME]`." {
      disk.warn = "80%";
    };

    expect = mkOption {
      default = { };
      description = "What must come, and by when: tables `[expect.NAME]`.";
      example = {
        nightly = {
          host = "penguin2";
          tag = "BORG-ETC";
          every = "24h";
        };
      };
      # What is not said is left out.
      apply = lib.mapAttrs (_: lib.filterAttrs (_: value: value != null));
      type = types.attrsOf (
        types.submodule {
          options = {
            host = mkOption {
              type = types.str;
              description = "The machine, or machines with `*`.";
            };
            tag = mkOption {
              type = types.str;
              description = "The tag, or tags with `*`.";
            };
            every = span "A bark must come within such a span." "24h";
            grace = span "How late it may be." "2h";
            shortest = span "A run that takes less is a warning." "1min";
            longest = span "And one that takes longer, or has not ended by then." "6h";
            apart = span "And one that comes sooner than this after the one before." "1h";
          };
        }
      );
    };

    jobs = tables "What the agent may run: each is `/etc/sheepdog/jobs.d/NAME.toml`." { };

    rules = mkOption {
      type = types.attrsOf (types.either types.path types.lines);
      default = { };
      example = lib.literalExpression "{ openssl = ./openssl.pl; }";
      description = "Standing rules, a text or a file each: `/etc/sheepdog/rules/NAME.pl`.";
    };
    plugins = mkOption {
      type = types.attrsOf types.path;
      default = { };
      example = lib.literalExpression "{ room = ./room.py; }";
      description = "Plugins, one file each: `/etc/sheepdog/plugins/NAME`.";
    };

    operators = mkOption {
      type = types.nullOr types.lines;
      default = null;
      example = ''alice@example.org namespaces="sheepdog-operator" ssh-ed25519 AAAA… alice@laptop'';
      description = "Whose signature the handler obeys, as {manpage}`ssh-keygen(1)` has it under ALLOWED SIGNERS.";
    };
    signers = mkOption {
      type = types.nullOr types.lines;
      default = null;
      description = "Whose jobs the agent runs, in the same form.";
    };

    watch = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "borgbackup-job-etc" ];
      description = "Units whose failures are told at once; without an ending they are services.";
    };
  };
}
