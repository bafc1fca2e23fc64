import assert from "node:assert/strict";
import { test } from "node:test";
import { readAlist } from "../../src/config/alist.ts";
import { explain } from "../../src/trouble.ts";

const read = (text: string): unknown => readAlist(text, "FILE").value;

test("the configurations that Sheepdog's users have are read word for word", () => {
  assert.deepEqual(read('(config (host "localhost") (port 7777) (mailto "admin@myhost.eu"))'), {
    host: "localhost",
    port: 7777,
    mailto: "admin@myhost.eu",
  });
  assert.deepEqual(
    read(`(config (redis . ((host . "127.0.0.1") (port . 6379)))
        (mailfrom . "user@mydomain.com") (mailto . "a@x.org b@x.org")
        (mailer-uri . "smtp://user:pass@smtp.example.org:587"))`),
    {
      redis: { host: "127.0.0.1", port: 6379 },
      mailfrom: "user@mydomain.com",
      mailto: "a@x.org b@x.org",
      "mailer-uri": "smtp://user:pass@smtp.example.org:587",
    },
  );
});

test("values, tables and lists are told apart by their form", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    [
      '((a . 1) (b "x") (c #t) (d . #false) (e word) (f . -1.5e3))',
      { a: 1, b: "x", c: true, d: false, e: "word", f: -1500 },
    ],
    [
      '(config (a "x" "y") (b ("x" "y")) (c . ("x" "y")) (d ("x")) (e ()))',
      { a: ["x", "y"], b: ["x", "y"], c: ["x", "y"], d: ["x"], e: [] },
    ],
    [
      "(config (a (b 1) (c . 2)) (d ((e 1))) (f . ((g . 1))) (h (i 1)))",
      { a: { b: 1, c: 2 }, d: { e: 1 }, f: { g: 1 }, h: { i: 1 } },
    ],
    ["'(config (a '(1 2)) (b . 'c))", { a: [1, 2], b: "c" }],
    [
      "(config (span 2h) (ip 127.0.0.1) (plus +1) (dots ...))",
      { span: "2h", ip: "127.0.0.1", plus: 1, dots: "..." },
    ],
    ["(config ((a . 1)))", { a: 1 }],
    ["(a 1)", undefined],
  ];
  for (const [text, value] of cases) {
    if (value === undefined) assert.throws(() => read(text), /a configuration is written/, text);
    else assert.deepEqual(read(text), value, text);
  }
});

test("comments of every kind are passed over", () => {
  assert.deepEqual(
    read("; a ( \n#| b #| c ) |# d |#(config #;(no 1) (a #;2 1) ; ) \n #;#;(x 1) (y 2) (b . 2))"),
    { a: 1, b: 2 },
  );
});

test("strings are read with their escapes", () => {
  const cases: readonly (readonly [string, string])[] = [
    [String.raw`a\nb\t\"\\`, 'a\nb\t"\\'],
    [String.raw`\x41;\x42\u0043\U000044`, "ABCD"],
    ["one \\\n   line", "one line"],
    ["two\nlines", "two\nlines"],
    ["ünï😀 ; no comment ( #|", "ünï😀 ; no comment ( #|"],
  ];
  for (const [written, meant] of cases) assert.deepEqual(read(`(config (a "${written}"))`), { a: meant });
});

test("mistakes are told with line and column, and what to do", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["(config\n  (a 1)", /^FILE:1:1: this \( is never closed/],
    ["(config\n  (a 1)))", /^FILE:2:9: there is text after the end/],
    ["(config (a 1)) (config)", /^FILE:1:16: there is text after the end/],
    ['(config\n (a "x))', /^FILE:2:5: this string is never closed/],
    ['(config (a "\\q"))', /^FILE:1:12: .*backslash/],
    ['(config (a "\\U110000"))', /^FILE:1:12: .*no sign/],
    ["(config (a . 1 2))", /^FILE:1:16: after a dot/],
    ["(config (a . ))", /^FILE:1:14: a \) too many/],
    ["(config (a 1 . 2))", /^FILE:1:9: after a dot stands one value/],
    ['(config (a ("x" . "y")))', /^FILE:1:12: a pair with a dot/],
    ["(config (a))", /^FILE:1:9: this key has no value/],
    ["(config (a 1)\n (a 2))", /^FILE:2:2: this key stands twice/],
    ["(config [a 1])", /^FILE:1:9: this is not understood/],
    ["(config (a #\\x))", /^FILE:1:12: this is not understood/],
    ["(config 1 2)", /^FILE:1:1: a configuration is written/],
    ["#| (config)", /^FILE:1:1: this #\| comment is never closed/],
    ["(".repeat(40), /^FILE:1:33: nested deeper than 32 levels/],
  ];
  for (const [text, expected] of cases) {
    let said = "no error";
    try {
      read(text);
    } catch (error) {
      said = explain(error);
    }
    assert.match(said, expected, text);
  }
});
