import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as always, jsonValue, property } from "fast-check";
import { type Digest, parcelKey, parseParcel } from "../src/parcel.ts";
import { notice, parcel } from "./support/notice.ts";

const digest: Digest = {
  since: "2026-11-21T08:00:00.000Z",
  until: "2026-11-22T08:00:00.000Z",
  open: [],
  past: [],
  missing: [],
  own: ["one message is dead"],
};
const read = (value: unknown) => parseParcel(JSON.stringify(value));

test("a parcel comes off the queue as it was put there", () => {
  for (const one of [
    parcel(),
    parcel(notice({ previous: { level: "missing", since: "2026-11-21T08:00:00.000Z" }, thread: "first" })),
    parcel(notice(), { notices: [notice(), notice({ kind: "flapping" })], more: 3, remarks: ["The cap."] }),
    parcel(notice(), { notices: [], digest }),
  ])
    assert.deepEqual(read(one), one);
});

test("a lone notice, as an older handler left it in the queue, is a parcel of one under the same key", () => {
  const { level: _, ...old } = notice({ everyone: ["a@x.org", "b@x.org"] });
  const one = read({ ...old, to: "b@x.org" });
  assert.deepEqual(
    one?.notices.map(({ id, level, bark }) => [id, level, bark.tag]),
    [[old.id, "fail", "BORG-ETC"]],
  );
  assert.equal(parcelKey(one ?? { id: "", to: "" }), `${old.id} b@x.org`);
});

test("what is no parcel is not read as one", () => {
  const { bark: _, ...bare } = notice();
  for (const wrong of [
    null,
    7,
    [],
    {},
    { ...parcel(), notices: [] },
    { ...parcel(), notices: [notice(), 7] },
    { ...parcel(), notices: [bare] },
    { ...parcel(), notices: [{ ...notice(), kind: "rumour" }] },
    { ...parcel(), notices: [{ ...notice(), everyone: [1] }] },
    { ...parcel(), notices: [{ ...notice(), previous: "x" }] },
    { ...parcel(), to: undefined },
    { ...parcel(), more: -1 },
    { ...parcel(), remarks: [{}] },
    { ...parcel(), digest: { ...digest, open: [{ host: "nas" }] } },
  ])
    assert.equal(read(wrong), undefined, JSON.stringify(wrong));
  assert.equal(parseParcel("no JSON"), undefined);
  always(property(jsonValue(), (value) => read({ ...parcel(), notices: [value] }) === undefined));
});
