import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import Mocha from "mocha";

const FIRST = "activation.test.cjs";
const realConsole = console;

/** VS Code calls this in its extension host, after it has activated the extensions. */
export async function run(): Promise<void> {
  markOutput();
  const { CI, LOCALGHOST_GREP } = process.env;
  const mocha = new Mocha({ ui: "tdd", timeout: 60_000, color: false, forbidOnly: CI !== undefined });
  if (LOCALGHOST_GREP !== undefined) mocha.grep(LOCALGHOST_GREP);
  const files = globSync("**/*.test.cjs", { cwd: import.meta.dirname }).sort();
  // What holds in a fresh window can be seen only before anything else has happened in it.
  files.sort((a, b) => Number(b === FIRST) - Number(a === FIRST));
  for (const file of files) mocha.addFile(join(import.meta.dirname, file));
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  globalThis.console = realConsole;
  const { passes = 0, failures = 0 } = stats ?? {};
  // The script that started VS Code reads this, since VS Code itself hands on no more than success or failure.
  writeFileSync(join(import.meta.dirname, "result.json"), JSON.stringify({ passes, failures }));
  if (passes === 0 && failures === 0) throw new Error("The suite has no tests.");
  if (failures > 0) throw new Error(`${failures} of ${passes + failures} tests failed.`);
}

/** Marks what is printed from now on, so that it can be told from what VS Code prints (scripts/lib/suiteOutput.mjs). */
function markOutput(): void {
  const print = (...args: unknown[]) => realConsole.log(`[suite] ${format(...args)}`);
  // A new object, since VS Code's extension host refuses changes to the methods of the one that is there.
  globalThis.console = { ...realConsole, log: print, info: print, warn: print, error: print };
  // Mocha keeps the function that was there when it was loaded.
  Mocha.reporters.Base.consoleLog = print;
}
