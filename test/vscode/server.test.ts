import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activateWithoutMemory } from "./support/localghost.ts";

const run = (command: string) => vscode.commands.executeCommand(`localghost.${command}`);

interface Access {
  url: string;
  token: string;
}

/** What another program is given, to set its environment. */
async function copied(): Promise<Access> {
  await run("copyServerAddress");
  const lines = (await vscode.env.clipboard.readText()).split("\n");
  const valueOf = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return { url: valueOf("OPENAI_BASE_URL"), token: valueOf("OPENAI_API_KEY") };
}

function ask({ url, token }: Access, path: string, body?: object): Promise<Response> {
  const method = body ? "POST" : "GET";
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

suite("local server", () => {
  suiteSetup(activateWithoutMemory);
  teardown(() => run("stopServer"));

  test("answers from the window's engine from when it is started until it is stopped", async () => {
    await vscode.env.clipboard.writeText("as it was");
    await run("copyServerAddress");
    assert.equal(await vscode.env.clipboard.readText(), "as it was", "There is no server before it is started.");

    await run("startServer");
    const access = await copied();
    assert.match(access.url, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    const { data } = (await (await ask(access, "/models")).json()) as { data: { id: string }[] };
    const model = "localghost-nano";
    assert.ok(data.some(({ id }) => id === model));
    const params = {
      model,
      prompt: "const a = ",
      max_tokens: 4,
      temperature: 0,
      ignore_eos: true,
      logprobs: 1,
      echo: true,
    };
    const response = await ask(access, "/completions", params);
    const answer = (await response.json()) as { choices: { text: string }[]; usage: { completion_tokens: number } };
    assert.equal(response.status, 200, JSON.stringify(answer));
    assert.match(answer.choices[0]?.text ?? "", /^const a = ./);
    assert.equal(answer.usage.completion_tokens, 4);

    await run("stopServer");
    await assert.rejects(ask(access, "/models"));
    await run("startServer");
    const again = await copied();
    assert.equal(again.token, access.token, "Programs keep their token.");

    await run("replaceServerToken");
    const replaced = await copied();
    assert.notEqual(replaced.token, access.token);
    assert.equal((await ask({ ...replaced, token: access.token }, "/models")).status, 401);
    assert.equal((await ask(replaced, "/models")).status, 200);
  });
});
