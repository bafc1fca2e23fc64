// A big history: 10,000 machines, 5 million spells over 90 days, 2 million facts. Always the same one.
import Sqlite from "better-sqlite3";
import { Writer } from "../src/history/writer.ts";

export const NOW = Date.UTC(2026, 10, 27);
const DAY = 86_400_000;
const DAYS = 90;

export interface Size {
  readonly hosts: number;
  /** Of each host: tags, and spells of each tag. */
  readonly tags: number;
  readonly spells: number;
  /** Packages of each host. */
  readonly packages: number;
}
export const BIG: Size = { hosts: 10_000, tags: 10, spells: 50, packages: 197 };

let seed = 11;
/** Numbers in [0, 1), the same in every run. */
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}
const LEVELS = ["fail", "fail", "warning", "missing", "unknown"] as const;
export const NGINX = ["1.18.0", "1.22.0", "1.22.1", "1.24.0", "1.26.2"] as const;

export const hostOf = (number: number): string => `host${String(number).padStart(5, "0")}`;

/** Writes it into a new file. */
export function build(file: string, { hosts, tags, spells, packages }: Size): void {
  new Writer(file)[Symbol.dispose]();
  const database = new Sqlite(file);
  database.pragma("synchronous = OFF");
  const state = database.prepare("INSERT INTO state (host, tag, level, since, until) VALUES (?, ?, ?, ?, ?)");
  const subject = database.prepare(
    "INSERT INTO subject (host, tag, level, since, newest, bark) VALUES (?, ?, ?, ?, ?, 0)",
  );
  const fact = database.prepare(
    "INSERT INTO fact (host, relation, terms, since, until, tag, a1, a2) SELECT *, 'inventory', json_extract(terms, '$[0]'), json_extract(terms, '$[1]') FROM (SELECT ? AS host, ? AS relation, ? AS terms, ? AS since, ? AS until)",
  );
  const start = NOW - DAYS * DAY;
  const step = (DAYS * DAY) / spells;
  database.exec("BEGIN");
  // As it comes in: time goes on for all of them together.
  for (let host = 0; host < hosts; host++) {
    const name = hostOf(host);
    fact.run(name, "ram", JSON.stringify([2 ** (30 + Math.floor(random() * 6))]), start, null);
    fact.run(name, "cores", JSON.stringify([2 ** Math.floor(random() * 6)]), start, null);
    for (let one = 0; one < packages - 1; one++)
      fact.run(name, "package", JSON.stringify([`package${one}`, `1.${(one * host) % 7}`]), start, null);
    if (random() < 0.3) {
      const [version, upgrade] = [Math.floor(random() * 4), Math.floor(start + random() * DAYS * DAY)];
      const upgraded = random() < 0.5;
      fact.run(name, "package", JSON.stringify(["nginx", NGINX[version]]), start, upgraded ? upgrade : null);
      if (upgraded) fact.run(name, "package", JSON.stringify(["nginx", NGINX[version + 1]]), upgrade, null);
    }
  }
  for (let spell = 0; spell < spells; spell++)
    for (let host = 0; host < hosts; host++)
      for (let tag = 0; tag < tags; tag++) {
        const since = Math.floor(start + spell * step + ((host * 31 + tag * 17) % 997));
        const level = spell % 2 === 0 ? "ok" : (LEVELS[Math.floor(random() * LEVELS.length)] ?? "fail");
        const last = spell === spells - 1;
        state.run(hostOf(host), `service${tag}`, level, since, last ? null : Math.floor(since + step));
        if (last) subject.run(hostOf(host), `service${tag}`, level, since, since);
      }
  database.exec("COMMIT");
  database.close();
}
