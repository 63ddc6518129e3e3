/** An engine that is halted and goes on, as when a machine sleeps: what was asked ends, and nothing is started anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { isCancelled } from "../../../src/shared/errors.ts";
import { checkpointFolder, copyModel, temporaryFolder } from "../../helpers/fixtures.ts";
import { engineFile } from "../../kills/engineFile.ts";
import { EngineHost } from "../../kills/engineHost.ts";
import { silentLog } from "./helpers/fakeEngine.ts";

const HALT_MS = 600;
/** More than an engine writes before it can be halted. */
const TOKENS = 600;
/** By then what it had said has arrived. */
const ARRIVAL_MS = 100;

test("an engine that is halted in the middle of an answer", { skip: process.platform === "win32" }, async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const host = new EngineHost(engineFile(), { folder, device: "cpu" }, temporaryFolder(t), silentLog);
  t.after(() => host.supervisor.stop());
  const expected = await host.generate("Once", TOKENS);
  const { pid } = host.supervisor;
  assert.ok(pid !== undefined);

  let tokens = 0;
  const answer = host.generate("Once", TOKENS, () => {
    if (++tokens === 10) process.kill(pid, "SIGSTOP");
  });
  while (tokens < 10) await wait(5);
  const typing = new AbortController();
  const overtaken = host.supervisor.use(
    ({ client, spec }) =>
      client.generate({ model: spec, prompt: "a", maxTokens: 4, priority: "completion" }, typing.signal),
    typing.signal,
  );
  typing.abort();
  await assert.rejects(overtaken, isCancelled, "the editor does not wait for an engine that is halted");
  await wait(ARRIVAL_MS);
  const arrived = tokens;
  await wait(HALT_MS);
  assert.equal(tokens, arrived, "it is halted");
  assert.ok(arrived < TOKENS);
  process.kill(pid, "SIGCONT");
  assert.equal(await answer, expected);
  assert.equal(await host.generate("Once", TOKENS), expected);
  assert.equal(host.supervisor.pid, pid);
});
