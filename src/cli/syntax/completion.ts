import type { Shell } from "../completion.ts";
import type { Syntax } from "./deed.ts";

export const completion: Syntax = (all, choose) =>
  void all.command("completion", "Print the completion for a shell", (own) => {
    for (const add of Object.values(COMPLETION)) add(own, choose);
    return own
      .usage("$0 completion SHELL\n\nPrints what makes a shell complete the commands of Sheepdog.")
      .demandCommand(1, "completion for what? give bash, zsh or fish");
  });

const of =
  (shell: Shell, line: string, where: string): Syntax =>
  (completion, choose) =>
    void completion.command(
      shell,
      `For ${shell}`,
      (own) =>
        own.usage(`$0 completion ${shell}\n\nPrints the completion for ${shell}.`).example(line, where),
      () => choose(async () => (await import("../completion.ts")).completion(shell)),
    );

export const COMPLETION = {
  bash: of("bash", 'eval "$($0 completion bash)"', "in ~/.bashrc"),
  zsh: of("zsh", 'eval "$($0 completion zsh)"', "in ~/.zshrc, after compinit"),
  fish: of("fish", "$0 completion fish | source", "in ~/.config/fish/config.fish"),
} as const;
