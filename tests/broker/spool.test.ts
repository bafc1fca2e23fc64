import type { TestContext } from "node:test";
import { Spool } from "../../src/broker/spool.ts";
import { folder } from "../support/folder.ts";
import { brokers } from "./contract.ts";

brokers("spool", async (t: TestContext) => {
  const spool = folder(t);
  return async () => new Spool(spool);
});
