# A test on two machines: a job that fails on one becomes a mail on the other.
{ module }:
{
  name = "sheepdog";

  nodes.shepherd = {
    imports = [ module ];
    services.sheepdog = {
      handler.enable = true;
      mailer.enable = true;
      redis.enable = true;
      settings.mail = {
        to = "alice@shepherd";
        uri = "smtp://localhost";
      };
    };
    # Between these two machines alone; elsewhere with roles (etc/users.acl) and TLS.
    services.redis.servers.sheepdog = {
      port = 6379;
      bind = "0.0.0.0";
      settings.protected-mode = "no";
    };
    networking.firewall.allowedTCPPorts = [ 6379 ];
    services.postfix.enable = true;
    users.users.alice.isNormalUser = true;
  };

  nodes.nas = {
    imports = [ module ];
    services.sheepdog = {
      client.enable = true;
      settings.redis.host = "shepherd";
      watch = [ "scrub" ];
    };
    systemd.services.scrub = {
      serviceConfig.Type = "oneshot";
      script = "echo the disk is full >&2; exit 3";
    };
  };

  testScript = ''
    start_all()
    shepherd.wait_for_unit("redis-sheepdog.service")
    shepherd.wait_for_unit("sheepdog-handler.service")
    shepherd.wait_for_unit("sheepdog-mailer.service")
    shepherd.wait_for_unit("postfix.service")
    nas.wait_for_unit("sheepdog.target")

    with subtest("a wrapped job that fails becomes a mail on the other machine"):
        nas.fail("sheepdog -t BACKUP -e 'echo no space >&2; exit 2'")
        shepherd.wait_until_succeeds("grep -q 'BACKUP' /var/mail/alice", timeout=120)
        shepherd.succeed("grep -q 'no space' /var/mail/alice")

    with subtest("so does a unit that fails, with its last lines"):
        nas.fail("systemctl start scrub.service")
        shepherd.wait_until_succeeds("grep -q 'the disk is full' /var/mail/alice", timeout=120)

    with subtest("what is well again is told once"):
        nas.succeed("sheepdog -t BACKUP -e true")
        shepherd.wait_until_succeeds("grep -q 'Subject:.*BACKUP.*well again' /var/mail/alice", timeout=120)

    with subtest("what does not belong to a machine is not there"):
        nas.fail("systemctl cat sheepdog-handler.service")
        shepherd.succeed("sheepdog status; test $? -le 1")
  '';
}
