import { Script } from "node:vm";
import type { Bark } from "../bark.ts";
import { explain } from "../trouble.ts";
import { readActions, type Wanted } from "./actions.ts";
import { received } from "./content.ts";
import { type Found, search } from "./find.ts";
import { load } from "./load.ts";

/** What becomes of a bark of some monitor, besides being kept. */
export type Receiver =
  /** A module of ours or of the administrator's, called here and now. Throws what it does wrong. */
  | { readonly kind: "inside"; readonly receive: (bark: Bark) => Wanted }
  /** A program: it gets the bark by the queue `receive`, and holds up nobody. */
  | { readonly kind: "outside" }
  | { readonly kind: "none" };

/** Thrown when a bark comes of a monitor whose plugin is not loaded yet: it is loaded, and the batch heard anew. */
export class Unloaded extends Error {
  readonly monitor: string;
  constructor(monitor: string) {
    super(`the plugin ${monitor} is not loaded yet`);
    this.monitor = monitor;
  }
}

const NONE: Receiver = { kind: "none" };
/** Milliseconds that a receiver of the administrator's may take. */
const PATIENCE = 1000;

/** The receivers of all plugins there were when this was made. Each is loaded when the first bark for it comes: an
 * idle handler is small. */
export class Receivers {
  readonly #found: ReadonlyMap<string, Found>;
  readonly #loaded = new Map<string, Receiver>();

  /** @param folders  where plugins lie that are not built in
   * @param say  told of plugins that are refused */
  constructor(folders: readonly string[], say: (line: string) => void) {
    const { found, refused } = search(folders);
    for (const { file, why } of refused) say(`the plugin ${file} is not used: ${why}`);
    this.#found = new Map(found.map((one) => [one.name, one]));
  }

  /** @throws Unloaded */
  get(monitor: string): Receiver {
    const found = this.#found.get(monitor);
    if (found === undefined) return NONE;
    if (found.kind === "executable") return { kind: "outside" };
    const known = this.#loaded.get(monitor);
    if (known === undefined) throw new Unloaded(monitor);
    return known;
  }

  /** Loads one. What does not load is said with each bark for it, by its receiver. */
  async load(monitor: string): Promise<void> {
    const found = this.#found.get(monitor);
    if (found !== undefined) this.#loaded.set(monitor, await receiver(found));
  }
}

async function receiver(found: Found): Promise<Receiver> {
  try {
    const plugin = await load(found);
    const { receiver } = plugin;
    if (receiver === undefined) return NONE;
    const call = found.kind === "builtin" ? receiver : limited(receiver);
    return { kind: "inside", receive: (bark) => readActions(call(received(bark, plugin) as never)) };
  } catch (error) {
    return {
      kind: "inside",
      receive: () => {
        throw new Error(explain(error), { cause: error });
      },
    };
  }
}

const SLOT = Symbol.for("sheepdog.receive");
const CALL = new Script(`globalThis[Symbol.for("sheepdog.receive")]()`);

/** A receiver that never ends would hold up every bark: V8 ends it. */
const limited =
  (receive: (bark: never) => readonly unknown[]) =>
  (bark: never): unknown => {
    const slot = globalThis as { [SLOT]?: () => unknown };
    slot[SLOT] = () => receive(bark);
    try {
      return CALL.runInThisContext({ timeout: PATIENCE });
    } finally {
      delete slot[SLOT];
    }
  };
