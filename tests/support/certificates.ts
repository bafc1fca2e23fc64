import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** A certificate for localhost that is its own authority. */
export function certificates(home: string): {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
} {
  const [cert, key] = [join(home, "cert.pem"), join(home, "key.pem")];
  const words = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=localhost",
  ];
  const run = spawnSync(
    "openssl",
    [...words, "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
    { stdio: "pipe" },
  );
  assert.equal(run.status, 0, String(run.stderr));
  return { ca: cert, cert, key };
}
