import { type Bark, LIMITS } from "../bark.ts";
import { explain } from "../trouble.ts";
import { type Wanted, readActions } from "./actions.ts";
import { received, unread } from "./content.ts";
import type { Plugin } from "./contract.ts";
import { type Circumstances, read } from "./read.ts";
import { check } from "./settings.ts";

/** One thing that the contract asks of a plugin, and whether this one keeps it. */
export interface Clause {
  readonly text: string;
  /** What is wrong, with the cure; undefined where it is kept. */
  readonly fault?: string | undefined;
}

export interface Tried {
  readonly clauses: readonly Clause[];
  /** The bark it was given, else what its monitor said; undefined where it has none, or the settings are wrong. */
  readonly bark: Bark | undefined;
  /** What its receiver wants done about that. */
  readonly wanted: Wanted | undefined;
}

/** Tries a plugin that has been loaded (load.ts holds its parts against the contract) with the settings it is given:
 * the suite that every plugin passes, ours and others.
 * @param receive  asks its receiver where that is a program
 * @param given  a bark for the receiver; then the monitor is not asked */
export async function tryOut(
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>>,
  circumstances: Circumstances,
  {
    receive = inside(plugin),
    given,
  }: { readonly receive?: Receive | undefined; readonly given?: Bark | undefined } = {},
): Promise<Tried> {
  const clauses: Clause[] = [];
  const checked = check(plugin, settings);
  clauses.push({
    text: "takes these settings",
    fault: checked.ok
      ? undefined
      : checked.wrong.map(({ path, text }) => `${path.join(".")} ${text}`).join("; "),
  });
  const odd = check(plugin, { ...settings, "no-such-setting": 1 });
  clauses.push({
    text: "refuses a setting it does not know",
    fault: odd.ok ? "it took `no-such-setting`" : undefined,
  });
  const reading =
    plugin.monitor === undefined || given !== undefined || !checked.ok
      ? undefined
      : await read(plugin, checked.settings, circumstances);
  if (reading !== undefined) clauses.push(...readings(reading.bark));
  const bark = given ?? reading?.bark;
  if (bark !== undefined && !unread(bark)) clauses.push(contentOf(plugin, bark));
  if (receive === undefined || bark === undefined || unread(bark))
    return { clauses, bark, wanted: undefined };
  const { clause, wanted } = await asked(receive, bark);
  return { clauses: [...clauses, clause], bark, wanted };
}

/** Asks a receiver. Throws what is wrong. */
export type Receive = (bark: Bark) => unknown;

function inside(plugin: Plugin): Receive | undefined {
  const { receiver } = plugin;
  return receiver === undefined ? undefined : (bark) => receiver(received(bark, plugin) as never);
}

function readings(bark: Bark): readonly Clause[] {
  const size = Buffer.byteLength(JSON.stringify(bark));
  return [
    {
      text: "its monitor can read the indicator",
      fault: bark.level === "unknown" ? bark.summary : undefined,
    },
    {
      text: "its summary is a line that a person understands",
      fault: bark.summary.trim() === "" ? "it is empty" : undefined,
    },
    {
      text: `its bark fits into ${LIMITS.bark} bytes`,
      fault: size > LIMITS.bark ? `it has ${size}; tell less in facts and content` : undefined,
    },
  ];
}

function contentOf(plugin: Plugin, bark: Bark): Clause {
  const text = "its content is as it says";
  try {
    received(bark, plugin);
    return { text };
  } catch (error) {
    return { text, fault: explain(error) };
  }
}

async function asked(
  receive: Receive,
  bark: Bark,
): Promise<{ readonly clause: Clause; readonly wanted: Wanted | undefined }> {
  const text = "its receiver gives actions for a bark, the same ones for the same bark";
  try {
    const first = await receive(bark);
    const again = await receive(bark);
    const same = JSON.stringify(first) === JSON.stringify(again);
    const fault = same ? undefined : "asked twice it gave different actions; let it depend on the bark alone";
    return { clause: { text, fault }, wanted: readActions(first) };
  } catch (error) {
    return { clause: { text, fault: explain(error) }, wanted: undefined };
  }
}
