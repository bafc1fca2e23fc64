import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { stringify } from "smol-toml";
import { loadConfig } from "../../src/config/load.ts";
import { Config } from "../../src/config/schema.ts";
import { shown } from "../../src/config/shown.ts";
import { folder } from "./folder.ts";

type Table = Readonly<Record<string, unknown>>;

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((given) => !/[\u0000-\u001f\u007f]/.test(given));
const file = text.map((name) => `/${name}`);
const span = (min: number, max: number) =>
  fc
    .tuple(fc.integer({ min, max }), fc.constantFrom("s", "000ms", " sec", ""))
    .map(([count, unit]) => `${count}${unit}`);
const address = fc.emailAddress().filter((one) => /^\w[\w.+-]*@[\w.-]+$/.test(one));
const record = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Table> =>
  fc.record(keys, { requiredKeys: [] });

const redis = record({
  host: text,
  port: fc.integer({ min: 1, max: 65_535 }),
  socket: file,
  db: fc.nat(),
  user: text,
  password: text,
  secret: file,
  tls: fc.boolean(),
  ca: file,
  timeout: span(1, 30),
  sentinels: fc.array(fc.domain().map((host) => `${host}:26379`)),
  master: text,
  prefix: fc.stringMatching(/^[A-Za-z0-9_.-]+$/),
}).map(({ secret, ...rest }) => ("password" in rest || secret === undefined ? rest : { ...rest, secret }));
const mail = record({
  to: fc.oneof(address, fc.array(address)),
  from: address,
  uri: fc
    .webAuthority()
    .map((host) => `smtp://${host}`)
    .filter((uri) => URL.canParse(uri)),
  secret: file,
  starttls: fc.constantFrom("may", "must", "never"),
  allow: fc.array(text),
  retry: span(60, 100_000),
});
const given = record({
  name: text,
  capture: fc.integer({ min: 1024, max: 128 * 1024 }),
  grace: span(0, 3600),
  redact: fc.array(text.map((one) => one.replace(/[^\w ]/g, "."))),
  redis,
  mail,
});

test("a configuration means the same in TOML, JSON and Scheme", (t) => {
  const { write } = folder(t);
  fc.assert(
    fc.property(given, (table) => {
      const expected = Config.parse(table);
      assert.deepEqual(loadConfig(write("c", JSON.stringify(table)), {}).config, expected);
      assert.deepEqual(loadConfig(write("c", stringify(table)), {}).config, expected);
      assert.deepEqual(loadConfig(write("c", `(config ${alist(table, " ")})`), {}).config, expected);
      assert.deepEqual(loadConfig(write("c", `(config ${alist(table, " . ")})`), {}).config, expected);
    }),
    { numRuns: 150 },
  );
});

test("what is shown, with its secrets put back, loads as what was shown", (t) => {
  const { write } = folder(t);
  fc.assert(
    fc.property(given, (table) => {
      const config = Config.parse({ ...table, mail: { ...(table["mail"] as Table), uri: "smtp://x" } });
      const { password } = config.redis ?? {};
      const seen = shown(config);
      if (password !== undefined) (seen["redis"] as Record<string, unknown>)["password"] = password;
      assert.deepEqual(loadConfig(write("c", stringify(seen)), {}).config, config);
    }),
    { numRuns: 50 },
  );
});

/** A table in Scheme. One that is empty has no form there: it is left out where it means the same. */
function alist(table: Table, joint: string): string {
  return Object.entries(table)
    .map(([key, value]) => {
      if (typeof value !== "object") return `(${key}${joint}${atom(value)})`;
      if (Array.isArray(value)) return `(${key} (${value.map(atom).join(" ")}))`;
      const inner = alist(value as Table, joint);
      if (inner === "") return key === "redis" ? '(redis (host "127.0.0.1"))' : "";
      return joint === " " ? `(${key} ${inner})` : `(${key} . (${inner}))`;
    })
    .join("\n");
}

const atom = (value: unknown): string =>
  typeof value === "boolean"
    ? value
      ? "#t"
      : "#f"
    : typeof value === "number"
      ? String(value)
      : `"${String(value).replace(/["\\]/g, "\\$&")}"`;
