// The command as it is compiled, for tests that need no bundle.
import { main } from "../../src/cli/sheepdog.ts";

await main();
