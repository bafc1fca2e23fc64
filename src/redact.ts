/** Masks what a command line or its output gives away, before it leaves this machine.
 *
 * Every pattern of ours takes time in proportion to the text, whatever the text is: no pattern begins with something
 * of open length, and what has open length cannot fail once it has begun.
 * @param patterns  more regular expressions, the user's own: what their groups catch is masked, or all of a match
 *   where there is no group. How long they take is the user's affair.
 * @throws SyntaxError when a pattern is none (the schema of the configuration checks them)
 * @returns a function that is idempotent for our patterns */
export function redactor(patterns: readonly string[]): (text: string) => string {
  const own = patterns.map((pattern) => new RegExp(pattern, "dg"));
  return (text) => {
    const named = COMMANDS.reduce(
      (rest, [command, option]) => rest.replace(command, (whole) => masked(whole, option)),
      text,
    );
    return own.reduce(caught, BUILTIN.reduce(masked, unlocked(named)));
  };
}

/** What is left out of a bark because it might hold what the user wants masked. */
export const WITHHELD = "[withheld: the configuration cannot be read, and with it your `redact` patterns]\n";

/** The same, also where there are patterns of the user's that are not known: then nothing leaves. */
export const masking = (patterns: readonly string[] | undefined): ((text: string) => string) =>
  patterns === undefined ? (text) => (text === "" ? "" : WITHHELD) : redactor(patterns);

/** Every pattern of ours has two groups: what stays before the secret, and what stays after it. */
const masked = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (whole: string, before: string, after: string) => {
    const value = whole.slice(before.length, whole.length - after.length);
    const [, open = "", close = ""] = QUOTED.exec(value) ?? [];
    return close === "" && open !== "" && JOINED.test(value)
      ? `${before}***${after}`
      : `${before}${open}***${close}${after}`;
  });

/** The quotes of a value stay, so that JSON stays JSON. */
const QUOTED = /^(\\?["'])[^]*?(\1?)$/;
/** One that begins in quotes and goes on after them. */
const JOINED = /^(?:"(?:[^"\\]|\\.)*"|'[^']*')/;

/** Where a word of a shell goes on after or before quotes: ab"cd ef", 'it'"'"'s', 'it'\''s'. After a quote as JSON and
 * XML go on the word is over. */
const OVER = String.raw`\s;,&|)}\]<>/"'\\`;
const JOIN = String.raw`(?:"'"|\\'|"(?![${OVER}:]|$)(?:[^"\\\n]|\\.)*"?|'(?![${OVER}:]|$)[^'\n]*'?|[^${OVER}])*`;

/** A word of a shell or a value of a configuration: in quotes, perhaps escaped ones as in JSON within JSON, or up to
 * the next blank. Quotes that are never closed reach to the end of the line. What is masked stays so, and so do the
 * lines around a private key. */
const VALUE = String.raw`(?:(?!-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY)(?:\*\*\*(?![^${OVER}])|\\"(?:[^"\\\n]|\\(?!"))*(?:\\")?|(?:"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|(?:[^\s"'\\]|\\.)+)${JOIN}))`;

/** Private keys in PEM, also where the beginning or the end has been cut off. */
const BOUNDARY = /-----(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** From the line that begins a key to the one that ends it. An end without a beginning is that of a text whose head
 * was left out: whatever is before it may be key. */
function unlocked(text: string): string {
  let masked = "";
  let from = 0;
  let inside = false;
  for (const { 0: line, 1: side, index } of text.matchAll(BOUNDARY)) {
    const before = text.slice(from, index);
    masked += (side === "END" || inside ? (before === "" ? "" : "***") : before) + line;
    from = index + line.length;
    inside = side === "BEGIN";
  }
  const rest = text.slice(from);
  return masked + (inside ? rest.replace(/^[^]+?(?=-----|$)/, "***") : rest);
}

/** What names a secret, unless it ends as the name of a place does: PASSWORD_FILE, --password-command. */
const NAME = String.raw`(?:pass(?:word|wd|phrase)|secret|token(?!s)|api[_-]?key|private[_-]?key|credential)`;
const PLACE = String.raw`(?<!file|command|cmd|path|dir|url|uri)`;
const SHORT = String.raw`(?:(?<![a-z])pass|(?:_|-|db|ftp|ssh)pass|[_-]pwd|[_-]auth|(?:encryption|account|application|storage|access|signing|master|preshared)[_-]?key)`;

const BUILTIN: readonly RegExp[] = [
  // scheme://user:password@host
  /(:\/\/[^\s:@/?#"'<>]{0,128}:)[^\s/"'<>]+(@)/g,
  /(\bauthorization\\?["']?[ \t]{0,8}[:=][ \t]{0,8}\\?["']?(?:(?:bearer|basic|token|negotiate|apikey)[ \t]{1,8})?)(?!digest)[^\s;"'\\]+()/gi,
  /(\bauthorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?digest[ \t]{1,8})[^\r\n]+()/gi,
  /(\b(?:x-[a-z-]{0,20}(?:key|token)|private-token|set-cookie|cookie)[ \t]{0,4}:[ \t]{0,4})[^\s"']+()/gi,
  // NAME=value, name = "value", :name => "value", "name": "value", "{\"name\":\"value\"}"
  pattern(
    String.raw`((?:${NAME}[a-z0-9_-]{0,24}(?=[ \t="'\\])${PLACE}|${SHORT})(?:[ \t]{0,4}=(?!=)>?|\\?["'][ \t]{0,4}(?::|=>?))[ \t]{0,4})${VALUE}()`,
  ),
  // password: value, where a space follows; not `token:` and the like, which compilers write
  pattern(String.raw`(\bpass(?:word|wd|phrase)[ \t]{0,4}:[ \t]{1,4})${VALUE}()`),
  // --password value
  pattern(String.raw`((?:${NAME}|pass)(?=[ \t])(?<=--[a-z0-9-]{1,60})[ \t]{1,4})(?!-)${VALUE}()`),
  // scheme://token@host
  /(:\/\/)[A-Za-z0-9_-]{20,255}(@)/g,
  // Keys that are known by their form: AWS, GitHub, GitLab, Slack, Stripe and others, Google, SendGrid, JWT
  /()\b(?:sk[-_](?:live_|test_|proj-|ant-)?[A-Za-z0-9_-]{20,255}|AIza[\w-]{35}|SG\.[\w-]{16,64}\.[\w-]{16,64}|eyJ[\w-]{10,2048}\.eyJ[\w-]{10,4096}\.[\w-]{10,1024}|A(?:KIA|SIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,64}|xox[abprs]-[\w-]{10,255})(?![A-Za-z0-9])()/g,
];

/** Options too short to know without their command. The first pattern takes the command to its end (so that it is
 * looked at once), the second is applied to that. */
const COMMANDS: readonly (readonly [command: RegExp, option: RegExp])[] = [
  [command("(?:mysql|mariadb)[a-z-]{0,12}"), pattern(String.raw`([ \t]-p)(?!\s)${VALUE}()`)],
  [command("sshpass"), pattern(String.raw`([ \t]-p[ \t]{0,4})${VALUE}()`)],
  [command("redis-cli"), pattern(String.raw`([ \t]-a[ \t]{1,4})${VALUE}()`)],
  [command("curl"), pattern(String.raw`([ \t](?:-u|--user)[ \t=]{0,4}["']?[^\s:"']{1,128}:)[^\s"']+()`)],
  [command("openssl"), pattern(String.raw`([ \t]-pass(?:in|out)?[ \t]{1,4}["']?pass:)[^\s"']+()`)],
];

function command(name: string): RegExp {
  return pattern(String.raw`\b${name}(?=[ \t])[^\n|;&]*`);
}

function pattern(source: string): RegExp {
  return new RegExp(source, "gi");
}

/** What the user's own pattern catches. */
function caught(text: string, pattern: RegExp): string {
  let masked = "";
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, ...groups] = match.indices ?? [];
    const spans = groups.length === 0 ? [whole] : groups;
    for (const span of spans) {
      // A group within a group that is masked already, a group that took no part, or an empty match.
      if (span === undefined || span[0] < from || span[0] === span[1]) continue;
      masked += `${text.slice(from, span[0])}***`;
      from = span[1];
    }
  }
  return masked + text.slice(from);
}
