import ICAL from "ical.js";

/** A property as jCal has it (RFC 7265). */
export interface Property {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** Such as "date-time". */
  readonly type: string;
  readonly values: readonly unknown[];
  readonly line: number;
}

/** What stands between BEGIN and END, as far as it matters here. */
export interface Component {
  /** In lower case: "vevent". */
  readonly name: string;
  readonly line: number;
  readonly properties: readonly Property[];
  readonly components: readonly Component[];
  /** What of it is not understood, first of all. */
  readonly fault: Fault | undefined;
}

export interface Fault {
  readonly line: number;
  readonly text: string;
}

type Growing = { -readonly [Key in keyof Component]: Component[Key] } & {
  readonly properties: Property[];
  readonly components: Component[];
};

/** The text of a property; "" where it has none, or is not there. */
export function textOf(property: Property | undefined): string {
  const [value] = property?.values ?? [];
  return typeof value === "string" ? value : "";
}

/** Nothing else is looked at: what nobody reads can be as wrong, and as large, as it likes. */
const WANTED =
  /^(?:uid|summary|description|location|dtstart|dtend|due|duration|rrule|exrule|rdate|exdate|recurrence-id|status|categories|completed|x-sheepdog-(?:host|tag)|action|trigger|tzid|tzoffset(?:from|to))$/;
const LONGEST = 64 * 1024;
const PROPERTIES = 2000;
const DEPTH = 8;

/** Reads an iCalendar stream (RFC 5545, 3.4), line by line, so that one that is wrong harms its own component only.
 * @returns the components within the calendars, in their order, and what is wrong besides */
export function* components(text: string): Generator<Component | Fault> {
  const open: Growing[] = [];
  for (const { line, text: content } of unfolded(text)) {
    const [, name = ""] = /^([A-Za-z0-9-]{1,40})[;:]/.exec(content) ?? [];
    const key = name.toLowerCase();
    if (key === "begin") {
      if (open.length === DEPTH) {
        yield { line, text: `nested deeper than ${DEPTH} levels` };
        return;
      }
      open.push({ name: rest(content), line, properties: [], components: [], fault: undefined });
    } else if (key === "end") {
      const closed = open.pop();
      if (closed === undefined || closed.name !== rest(content)) {
        yield { line, text: "this END belongs to no BEGIN; from here on nothing is read" };
        return;
      }
      const outer = open.at(-1);
      if (outer === undefined || outer.name === "vcalendar") yield closed;
      else outer.components.push(closed);
    } else if (WANTED.test(key)) put(open.at(-1), content, line);
  }
  const [whole, ...others] = open;
  const left = others.at(0) ?? whole;
  if (left !== undefined) yield { line: left.line, text: "the file ends before this BEGIN has its END" };
}

const rest = (content: string): string =>
  content
    .slice(content.indexOf(":") + 1, 100)
    .trim()
    .toLowerCase();

function put(into: Growing | undefined, content: string, line: number): void {
  if (into === undefined || into.fault !== undefined) return;
  if (into.properties.length === PROPERTIES)
    into.fault = { line, text: `more than ${PROPERTIES} properties` };
  else if (content.length > LONGEST && !/^(?:description|summary)/i.test(content))
    into.fault = { line, text: `longer than ${LONGEST} characters` };
  else {
    try {
      into.properties.push(property(content.slice(0, LONGEST), line));
    } catch {
      // What it throws quotes the line, and there are many words for one thing.
      into.fault = { line, text: "not understood; see RFC 5545" };
    }
  }
}

function property(content: string, line: number): Property {
  // Rules may be written in small letters, says RFC 5545, but ical.js does not read them.
  const spelt = /^rrule/i.test(content) ? content.toUpperCase() : content;
  const [name, parameters, type, ...values] = ICAL.parse.property(spelt) as [
    string,
    Property["parameters"],
    string,
    ...unknown[],
  ];
  return { name, parameters, type, values, line };
}

/** Lines, each with those that begin with a blank and so go on with it. */
function* unfolded(text: string): Generator<{ readonly line: number; readonly text: string }> {
  let parts: string[] = [];
  let from = 1;
  let line = 0;
  for (const physical of text.split(/\r?\n/)) {
    line++;
    if (/^[ \t]/.test(physical)) parts.push(physical.slice(1));
    else {
      if (parts.length > 0) yield { line: from, text: parts.join("") };
      [parts, from] = [[physical], line];
    }
  }
  yield { line: from, text: parts.join("") };
}
