import * as z from "zod/mini";
import { key } from "./about.ts";
import { file, list, span, text } from "./kind.ts";

/** What may be asked of this machine by others. */
export const Jobs = z.strictObject({
  folder: key(
    z._default(file, "/etc/sheepdog/jobs.d"),
    "Folder of NAME.toml files: what may be run here, by whom, and how. Root's, and nobody else may write to it",
  ),
  signers: key(
    z._default(file, "/etc/sheepdog/allowed_signers"),
    "Whose signature sheepdog-agent obeys, one a line as ssh-keygen(1) has it under ALLOWED SIGNERS. Root's, and nobody else may write to it",
  ),
  key: key(
    z.optional(file),
    "What `sheepdog job` signs with: a private SSH key, or a public one whose other half is in the agent. When absent: what the agent of SSH holds",
    { example: "/home/alice/.ssh/id_ed25519_sk" },
  ),
});

/** Machines that are asked together. */
export const Group = z.strictObject({
  hosts: key(
    list(text.check(z.maxLength(253)), "a list of host names is needed"),
    "What these machines are called in barks",
    { example: ["web1", "web2"] },
  ),
});

/** What rules may have machines do. */
export const Reactions = z.strictObject({
  dry: key(
    z._default(z.boolean(), false),
    "Only say what `react` of the standing rules would do, and ask no machine",
  ),
  limit: key(
    z._default(z.int().check(z.gte(0), z.lte(10_000)), 20),
    "How many times an hour something may be asked of machines at the most; what is beyond that is told, and not done",
  ),
  expires: key(
    span("10min", { shortest: "10s", longest: "1d" }),
    "How long a machine that is off may take to come back and still do it",
    { unit: "span" },
  ),
});
