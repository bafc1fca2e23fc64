import { plugin } from "../plugin/contract.ts";
import { complaint, statusOf } from "../plugin/executable.ts";
import { readNagios } from "../plugin/nagios.ts";
import { command } from "../plugin/setting.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "nagios",
  about: "what a plugin made for Nagios says",
  rhythm: { every: "5min" },
  settings: {
    command: command(
      ["/usr/lib/nagios/plugins/check_disk", "-w", "20%", "-c", "10%"],
      "The program and its arguments, one word each; no shell stands in between",
    ),
  },
  async monitor({ command }, { run }) {
    const ended = await run(command);
    const status = statusOf(ended);
    if (ended.stdout.trim() !== "") return readNagios(status, ended.stdout);
    throw new Trouble(`${command[0]} printed nothing and left with ${status}${complaint(ended)}`, {
      advice: "try it by hand, as the user of the unit",
    });
  },
});
