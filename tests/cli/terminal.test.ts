import assert from "node:assert/strict";
import { test } from "node:test";
import { screen } from "../../src/cli/terminal.ts";

const TERMINAL = { isTTY: true, columns: 132 };
const PIPE = {};

test("there is colour on a terminal and none in a pipe", () => {
  assert.equal(screen(TERMINAL, { TERM: "xterm" }).colour, true);
  assert.equal(screen(PIPE, { TERM: "xterm" }).colour, false);
});

test("NO_COLOR and a dumb terminal take the colour away", () => {
  assert.equal(screen(TERMINAL, { NO_COLOR: "1" }).colour, false);
  assert.equal(screen(TERMINAL, { NO_COLOR: "0" }).colour, false, "any value counts");
  assert.equal(screen(TERMINAL, { NO_COLOR: "" }).colour, true, "but not an empty one");
  assert.equal(screen(TERMINAL, { TERM: "dumb" }).colour, false);
});

test("FORCE_COLOR brings it back, and 0 takes it away", () => {
  assert.equal(screen(PIPE, { FORCE_COLOR: "1" }).colour, true);
  assert.equal(screen(PIPE, { FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" }).colour, true);
  assert.equal(screen(TERMINAL, { FORCE_COLOR: "0" }).colour, false);
});

test("the width is the terminal's, unless COLUMNS says otherwise; a pipe has no end", () => {
  assert.equal(screen(TERMINAL, {}).columns, 132);
  assert.equal(screen(TERMINAL, { COLUMNS: "40" }).columns, 40);
  assert.equal(screen(TERMINAL, { COLUMNS: "wide" }).columns, 132);
  assert.equal(screen({ isTTY: true, columns: 0 }, {}).columns, 80);
  assert.equal(screen(PIPE, { COLUMNS: "40" }).columns, Infinity);
});
