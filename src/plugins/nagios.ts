import { plugin } from "../plugin/contract.ts";
import { readNagios } from "../plugin/nagios.ts";
import { exitOf, firstLine } from "../plugin/program.ts";
import { command } from "../plugin/setting.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "nagios",
  about: "what a plugin made for Nagios says",
  rhythm: { every: "5min" },
  unit: `# What is checked may be all processes, a home, or what a key in it opens. Nothing there is written.
ProtectProc=default
ProtectHome=read-only
# check_icmp, and the ping(8) of check_ping, send what takes this. They set user and
# capabilities to what they have: without other ones these calls can do no more.
CapabilityBoundingSet=CAP_NET_RAW
AmbientCapabilities=CAP_NET_RAW
SystemCallFilter=@setuid capset
`,
  settings: {
    command: command(
      ["/usr/lib/nagios/plugins/check_disk", "-w", "20%", "-c", "10%"],
      "The program and its arguments, one word each; no shell stands in between",
    ),
  },
  async monitor({ command }, { run }) {
    const [program = ""] = command;
    const ended = await run(command);
    const status = exitOf(program, ended);
    if (ended.stdout.trim() !== "") return readNagios(status, ended.stdout);
    const said = firstLine(ended);
    throw new Trouble(`${program} printed nothing and left with ${status}${said === "" ? "" : `: ${said}`}`, {
      advice: "try it by hand, as the user of the unit",
    });
  },
});
