/** `localghost server` as a process. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as readline from "node:readline";
import { describe, test, type TestContext } from "node:test";
import OpenAI from "openai";
import { UsageError } from "../../src/cli/arguments.ts";
import { server } from "../../src/cli/commands/server.ts";
import { cliMain } from "../cli/helpers/cli.ts";
import { NANO, TOKEN } from "./helpers/server.ts";

/** Starts the command, and reads the lines that it begins with. */
async function start(t: TestContext, args: readonly string[], lines: number, environment = {}) {
  const child = spawn(process.execPath, [cliMain, "server", "--port", "0", "--device", "cpu", ...args], {
    env: { ...process.env, ...environment },
  });
  t.after(() => child.kill("SIGKILL"));
  const said: string[] = [];
  for await (const line of readline.createInterface(child.stdout)) if (said.push(line) === lines) break;
  return { child, said };
}

describe("localghost server", { concurrency: 2 }, () => {
  test("serves with a token of its own, which it prints, and ends when it is told to", async (t) => {
    const { child, said } = await start(t, [], 2);
    const [, name, baseURL] = /^(.*) at (http:\/\/127\.0\.0\.1:\d+\/v1)$/.exec(said[0] ?? "") ?? [];
    assert.equal(name, NANO);
    const [, apiKey] = /^token: (\S{43})$/.exec(said[1] ?? "") ?? [];
    const client = new OpenAI({ baseURL, apiKey });
    const { choices } = await client.completions.create({
      model: NANO,
      prompt: "const a",
      max_tokens: 2,
      ignore_eos: true,
    } as never);
    assert.ok(choices[0]?.text);
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  test("takes the token of the environment, and does not print it", async (t) => {
    const { child, said } = await start(t, ["-m", NANO], 1, { LOCALGHOST_SERVER_TOKEN: TOKEN });
    const baseURL = said[0]?.split(" at ")[1];

    const { data } = await new OpenAI({ baseURL, apiKey: TOKEN }).models.list();
    assert.deepEqual(
      data.map(({ id }) => id),
      [NANO],
    );
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  test("refuses what it cannot do", async () => {
    const wrong = [
      ["--token", "short"],
      ["--host", "0.0.0.0"],
      ["--origin", "*"],
      ["--port", "70000"],
      ["--port", "x"],
    ];
    for (const args of wrong) await assert.rejects(server(args), UsageError, args.join(" "));
  });
});
