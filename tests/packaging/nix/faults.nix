# Configurations that are wrong, by where that is found out.
{ lib }:
let
  on = more: { services.sheepdog = { client.enable = true; } // more; };
in
{
  # When it is evaluated.
  eval = {
    "unknown option" = on { handler.enabel = true; };
    "wrong type" = on { handler.enable = "yes"; };
    "wrong type of an expectation" = on {
      expect.nightly = {
        host = "nas";
        tag = "BORG";
        every = 24;
      };
    };
    "incomplete expectation" = on { expect.nightly.tag = "BORG"; };
    "secret in the store" = on {
      mailer.enable = true;
      secrets.smtp = "${builtins.toFile "smtp" "hunter2"}";
    };
    "redis without a handler" = on { redis.enable = true; };
    "jobs without an agent" = on { jobs.update.command = [ "apt" ]; };
  };

  # When it is built: by Sheepdog itself, and systemd.
  build = {
    "unknown setting" = on { settings.mail.too = "you@example.org"; };
    "wrong type of a setting" = on { settings.capture = "much"; };
    "bad span" = on {
      expect.nightly = {
        host = "nas";
        tag = "BORG";
        every = "a while";
      };
    };
    "bad calendar" = on {
      indicators.disk.calendar = "at noon";
    };
  };
  calendar = "at noon";

  # When it runs.
  run = {
    systemd.services.sheepdog-mailer.serviceConfig.ExecStart = lib.mkForce "/bin/false";
  };
}
