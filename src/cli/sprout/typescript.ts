export const typescript = `import { readdirSync } from "node:fs";
import { number, plugin, text, z } from "sheepdog/plugin";

export default plugin({
  name: "NAME",
  about: "how many files are in a folder",
  rhythm: { every: "5min" },
  settings: {
    folder: text("/tmp", "Folder that is looked at"),
    warn: number(100000, "Files from which on it is a warning"),
  },
  content: z.object({ count: z.number() }),
  monitor({ folder, warn }) {
    const count = readdirSync(folder).length;
    return { level: count < warn ? "ok" : "warning", summary: \`\${count} files\`, content: { count } };
  },
  receiver: (bark) => [{ fact: ["files", bark.content.count] }],
});
`;
