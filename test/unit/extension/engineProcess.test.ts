import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { startEngineProcess } from "../../../src/extension/client/engineProcess.ts";
import { translationsFor } from "../../../src/shared/translations.ts";

suite("engine process", () => {
  let folder = "";

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "localghost-process-"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function script(name: string, source: string): string {
    const file = path.join(folder, `${name}.cjs`);
    writeFileSync(file, source);
    return file;
  }

  test("passes bytes in and out, and lines of stderr to the log", async () => {
    const lines: string[] = [];
    const file = script("echo", "process.stdin.pipe(process.stdout); console.error('one\\ntwo');");
    const engine = startEngineProcess(file, (line) => lines.push(line));
    engine.stdin.end("héllo");
    const echoed = (await engine.stdout.toArray()) as Buffer[];
    assert.equal(Buffer.concat(echoed).toString(), "héllo");
    assert.equal(await engine.exited, "exit code 0");
    assert.deepEqual(lines, ["one", "two"]);
  });

  test("runs as Node, without the options of the user's own programs", async () => {
    process.env["NODE_OPTIONS"] = "--no-warnings";
    try {
      const file = script(
        "env",
        "process.exit(process.env.ELECTRON_RUN_AS_NODE === '1' && !process.env.NODE_OPTIONS ? 0 : 9)",
      );
      assert.equal(await startEngineProcess(file, () => undefined).exited, "exit code 0");
    } finally {
      delete process.env["NODE_OPTIONS"];
    }
  });

  test("keeps V8's space for short-lived things small, whatever is allocated", async () => {
    const file = script(
      "garbage",
      `let kept = [];
      for (let i = 0; i < 3e6; i++) { kept.push({ i }); if (kept.length === 2e5) kept = []; }
      const { space_size } = require("v8").getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
      process.exit(space_size <= 8 * 1024 * 1024 ? 0 : 9)`,
    );
    assert.equal(await startEngineProcess(file, () => undefined).exited, "exit code 0");
  });

  test("is told where the texts in the user's language are", async () => {
    const file = script("translations", "console.error(JSON.stringify(process.env))");
    const lines: string[] = [];
    await startEngineProcess(file, (line) => lines.push(line), "bundle.l10n.de.json").exited;
    assert.equal(lines.length, 1);
    const environment = JSON.parse(lines[0] ?? "") as Record<string, string>;
    for (const [name, value] of Object.entries(translationsFor("bundle.l10n.de.json"))) {
      assert.equal(environment[name], value, name);
    }
  });

  test("says how it ended", async () => {
    const exits = startEngineProcess(script("exit", "process.exit(3)"), () => undefined);
    exits.stdin.write("nobody reads this");
    assert.equal(await exits.exited, "exit code 3");

    const runs = startEngineProcess(script("run", "setInterval(() => {}, 1000)"), () => undefined);
    runs.kill();
    assert.match(await runs.exited, /^signal SIGKILL$|^exit code 1$/);
  });
});
