import type * as z from "zod/mini";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, in words. */
export const problems = (issues: readonly Issue[]): readonly Problem[] =>
  issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...path, key],
          text: `is no key; ${nearest([...path.map(String), key])}`,
        }))
      : [{ path, text: wording(issue) }];
  });

/** The schema's own sentence where it has one, else one made from the kind of the issue. */
function wording(issue: Issue): string {
  if (issue.message !== "" && issue.message !== "Invalid input") return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return issue.origin === "string" ? "must not be empty" : `must be ${issue.minimum} or more`;
    case "too_big":
      return issue.origin === "string"
        ? `must not be longer than ${issue.maximum} characters`
        : `must be ${issue.maximum} or less`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_key":
      return `cannot be called so: ${issue.issues[0]?.message ?? "another name is needed"}`;
    default:
      return "is not as it should be; see etc/sheepdog.toml";
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a table of keys and values",
};
