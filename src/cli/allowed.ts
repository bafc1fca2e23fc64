import { loadConfig } from "../config/load.ts";
import { wanted } from "../job/argument.ts";
import { type Job, jobsIn } from "../job/file.ts";
import { printable } from "../printable.ts";
import { SYSEXITS } from "../sysexits.ts";
import { formatSpan } from "../time.ts";
import { say, sayJson } from "./say.ts";

/** `sheepdog job allowed`: what others may have this machine do.
 * @returns the exit code: 0, or 78 where a file is wrong */
export async function allowed(given: string | undefined, json: boolean): Promise<number> {
  const { config } = loadConfig(given);
  const all = jobsIn(config.jobs.folder);
  const wrong = all.flatMap(([, job]) => (job.ok ? [] : [job.fault]));
  const jobs = all.flatMap(([, job]) => (job.ok ? [job.value] : []));
  if (json) await sayJson(jobs);
  else
    await say(
      printable(
        jobs.map(inWords).join("\n") ||
          (wrong.length > 0 ? "" : `nothing: no file is in ${config.jobs.folder}\n`),
        "\n",
      ),
    );
  for (const fault of wrong) process.stderr.write(`sheepdog: ${printable(fault, "\n")}\n`);
  return wrong.length > 0 ? SYSEXITS.config[0] : 0;
}

function inWords(job: Job): string {
  const args = Object.entries(job.arguments).map(
    ([name, argument]) =>
      `  ${name}=…  ${wanted(argument)}${argument.default === undefined ? "" : `; ${argument.default} when absent`}${argument.about === undefined ? "" : `: ${argument.about}`}`,
  );
  return [
    `${job.name}${job.about === undefined ? "" : `: ${job.about}`}`,
    ...args,
    `  runs ${job.run.join(" ")}, as ${job.user}, for ${formatSpan(job.timeout)} at the most`,
    ...(job.lease === undefined
      ? []
      : [`  holds for ${formatSpan(job.lease)}, then ${job.undo?.join(" ") ?? ""}`]),
    `  for ${job.allow.join(", ")}`,
    "",
  ].join("\n");
}
