import { user } from "../user.ts";

/** Who asks for something. Behind sudo it is not root. */
export const asker = (): string => (process.geteuid?.() === 0 && process.env["SUDO_USER"]) || user();
