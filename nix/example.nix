# A machine that watches itself, and others: for `imports` of a configuration of NixOS.
{
  services.sheepdog = {
    client.enable = true;
    handler.enable = true;
    mailer.enable = true;
    receiver.enable = true;
    notifier.enable = true;
    redis.enable = true;
    settings = {
      mail.to = "you@example.org";
      mail.uri = "smtp://sheepdog@smtp.example.org:587";
      receivers.log.kind = "log";
      routes.all.by = [
        "mail"
        "log"
      ];
    };
    secrets.smtp = "/run/keys/smtp";
    standard = true;
    indicators.disk.warn = "80%";
    expect.nightly = {
      host = "*";
      tag = "BORG-*";
      every = "26h";
    };
    rules.openssl = ../etc/rules/openssl.pl;
    watch = [
      "borgbackup-job-etc"
      "srv.mount"
    ];
  };

  # What is watched.
  systemd.services.borgbackup-job-etc = {
    description = "Backup of /etc";
    startAt = "daily";
    script = "exit 2";
  };
}
