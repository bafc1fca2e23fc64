import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Trouble } from "../trouble.ts";
import { rewire } from "./rewire.ts";

/** One file that is put in place. */
export interface Piece {
  /** Below the root of the machine: "usr/local/share/man/man1/sheepdog.1". */
  readonly to: string;
  readonly text: () => string;
  /** Whether it can be run: an example. */
  readonly program?: boolean;
  /** What is there already stays, and stays when the rest is taken away. */
  readonly kept: boolean;
}

const LOCAL = "usr/local";

/** What `make install` puts in place besides the program itself, which npm did.
 * @param home  where npm put this package
 * @throws Trouble when it is not all there */
export function pieces(home: string): readonly Piece[] {
  if (!existsSync(join(home, "systemd")))
    throw new Trouble(`${home} has no units`, {
      advice: "what `make install` or a package put in place needs no setup; see `man sheepdog`",
    });
  const copy = (from: string, to: string): Piece => ({
    to,
    text: () => readFileSync(join(home, from), "utf8"),
    kept: false,
  });
  const all = (folder: string, to: (name: string) => string): readonly Piece[] =>
    names(join(home, folder)).map((name) => copy(`${folder}/${name}`, `${LOCAL}/${to(name)}`));
  const document = (from: string): Piece => copy(from, `${LOCAL}/share/doc/sheepdog/${from}`);
  const example = (from: string): Piece =>
    copy(from, `${LOCAL}/share/doc/sheepdog/examples/${basename(from)}`);
  return [
    ...units(home).map((name) => ({
      to: `${LOCAL}/lib/systemd/system/${name}`,
      text: () =>
        rewire(readFileSync(join(home, "systemd", name), "utf8"), process.execPath, join(home, "dist")),
      kept: false,
    })),
    copy("systemd/sysusers.conf", `${LOCAL}/lib/sysusers.d/sheepdog.conf`),
    copy("systemd/tmpfiles.conf", `${LOCAL}/lib/tmpfiles.d/sheepdog.conf`),
    ...names(join(home, "dist/man")).flatMap((section) =>
      all(`dist/man/${section}`, (name) => `share/man/${section}/${name}`),
    ),
    copy("dist/completions/_sheepdog", `${LOCAL}/share/zsh/site-functions/_sheepdog`),
    // bash and fish look for a file of the command's name, and fish into /usr/local only where $XDG_DATA_DIRS names it.
    ...commands(home).flatMap((name) => [
      copy("dist/completions/sheepdog.bash", `${LOCAL}/share/bash-completion/completions/${name}`),
      copy("dist/completions/sheepdog.fish", `etc/fish/completions/${name}.fish`),
    ]),
    ...["README.md", "HACKING.md", "CHANGELOG.md", "COPYING"].map(document),
    ...names(join(home, "etc"))
      .filter((name) => name.includes(".")) // as the Makefile has it: no folders
      .map((name) => example(`etc/${name}`)),
    ...all("etc/plugins", (name) => `share/doc/sheepdog/examples/plugins/${name}`).map((piece) => ({
      ...piece,
      program: piece.text().startsWith("#!"),
    })),
    ...EXAMPLES.flatMap((folder) =>
      all(`etc/${folder}`, (name) => `share/doc/sheepdog/examples/${folder}/${name}`),
    ),
    example("systemd/service.d/10-sheepdog.conf"),
    { ...copy("etc/sheepdog.toml", "etc/sheepdog/sheepdog.toml"), kept: true },
  ];
}

/** Folders of etc/ whose files are to be read, and copied. */
const EXAMPLES: readonly string[] = ["rules", "jobs", "nftables"];

/** Units and the drop-ins of our own ones. What is in service.d/ is for all services of a machine: an example. */
const units = (home: string): readonly string[] =>
  names(join(home, "systemd")).flatMap((name) => {
    if (/\.(service|socket|timer|path|target)$/.test(name)) return [name];
    return /^sheepdog.*\.d$/.test(name)
      ? names(join(home, "systemd", name)).map((inner) => `${name}/${inner}`)
      : [];
  });

const commands = (home: string): readonly string[] =>
  names(join(home, "dist")).flatMap((name) => /^(sheepdog(?:-\w+)?)\.cjs$/.exec(name)?.[1] ?? []);

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new Trouble(`cannot read ${folder}`, { advice: "build or install Sheepdog again", cause: error });
  }
}
