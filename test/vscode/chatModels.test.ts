import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import { activateLocalghost, setSetting, until } from "./support/localghost.ts";

const user = (content: Parameters<typeof vscode.LanguageModelChatMessage.User>[0]) =>
  vscode.LanguageModelChatMessage.User(content);
const assistant = (content: string) => vscode.LanguageModelChatMessage.Assistant(content);

function extensionPath(): string {
  const extension = vscode.extensions.getExtension("localghost.localghost");
  assert.ok(extension);
  return extension.extensionPath;
}

suite("chat models", () => {
  let localghost: LocalghostApi;
  let nano: vscode.LanguageModelChat;

  suiteSetup(async () => {
    localghost = await activateLocalghost();
    const [found] = await vscode.lm.selectChatModels({ vendor: "localghost", id: "localghost-nano" });
    assert.ok(found, "The embedded model is not offered.");
    nano = found;
  });

  async function ask(
    messages: vscode.LanguageModelChatMessage[],
    options?: vscode.LanguageModelChatRequestOptions,
  ): Promise<string[]> {
    const response = await nano.sendRequest(messages, options);
    const pieces: string[] = [];
    for await (const piece of response.text) pieces.push(piece);
    return pieces;
  }

  test("the embedded model is offered with its true limits", () => {
    const { name, family, maxInputTokens } = nano;
    assert.deepEqual(
      { name, family, maxInputTokens },
      { name: "localghost-nano", family: "gpt2", maxInputTokens: 384 },
    );
  });

  test("an answer streams, ends before the next question, and is the same again", async () => {
    const messages = [user("What is the capital of France?"), assistant("Paris"), user("What is two and two?")];
    const pieces = await ask(messages);
    const text = pieces.join("");
    assert.match(text, /^\S/);
    assert.ok(pieces.length > 1, "The answer came all at once.");
    assert.ok(!text.includes("\nQ:"), text);
    assert.equal((await ask(messages)).join(""), text);
  });

  test("options are honoured, or refused by name", async () => {
    const messages = [user("Write about boats.")];
    const short = await ask(messages, { modelOptions: { maxTokens: 3 } });
    assert.ok((await nano.countTokens(short.join(""))) <= 3);
    const drawn = new Set<string>();
    for (const seed of [1, 1, 2, 3]) {
      drawn.add((await ask(messages, { modelOptions: { seed, max_tokens: 12 } })).join(""));
    }
    assert.ok(drawn.size > 1 && drawn.size < 4, "The same seed must give the same text, others others.");
    const [first = ""] = [...drawn];
    const stop = first.slice(3, 5);
    const stopped = await ask(messages, { modelOptions: { seed: 1, maxTokens: 12, stop } });
    assert.equal(stopped.join(""), first.slice(0, first.indexOf(stop)));

    await assert.rejects(ask(messages, { modelOptions: { logit_bias: {} } }), /knows no option "logitBias"/);
    await assert.rejects(ask(messages, { modelOptions: { topP: 2 } }), /topP must be above 0/);
    const tools = [{ name: "look", description: "Looks something up." }];
    await assert.rejects(ask(messages, { tools }), /calls no tools/);
    await assert.rejects(ask([user("word ".repeat(1000))]), /can look at 512/);
    const icon = fs.readFileSync(path.join(extensionPath(), "media", "icon.png"));
    const image = vscode.LanguageModelDataPart.image(icon, "image/png");
    await assert.rejects(ask([user([image])]), /reads text alone/);
  });

  test("a request that is cancelled ends, and leaves the engine to others", async () => {
    const source = new vscode.CancellationTokenSource();
    const story = [user("Tell a long story.")];
    const options = { modelOptions: { seed: 5 } };
    const { length: whole } = await ask(story, options);
    const response = await nano.sendRequest(story, options, source.token);
    const pieces: string[] = [];
    const read = async () => {
      for await (const piece of response.text) {
        pieces.push(piece);
        source.cancel();
      }
    };
    await read().catch((error: unknown) => assert.match(String(error), /Cancel/));
    assert.ok(pieces.length < whole, `It went on to its end, which is ${whole} pieces.`);
    await until("the engine has nothing to do", () => localghost.engineState.kind === "ready");
    assert.notEqual((await ask([user("Who wrote Hamlet?")])).join(""), "");
  });

  test("tokens are counted as the model counts them", async () => {
    assert.equal(await nano.countTokens(""), 0);
    const plain = await nano.countTokens("for (const item of items) {}");
    assert.ok(plain > 4 && plain < 20);
    assert.ok((await nano.countTokens(user("for (const item of items) {}"))) > plain, "a message has its speaker, too");
  });

  test("a model that a setting names is offered, and goes with the setting", async () => {
    const home = fs.mkdtempSync(path.join(tmpdir(), "localghost-suite-"));
    const folder = path.join(home, "mine");
    fs.cpSync(path.join(extensionPath(), "models", "localghost-nano"), folder, { recursive: true });
    let changes = 0;
    const listener = vscode.lm.onDidChangeChatModels(() => changes++);
    const offered = async () => (await vscode.lm.selectChatModels({ vendor: "localghost" })).map(({ id }) => id);
    try {
      await setSetting("modelByTask", { summarize: folder });
      await until("VS Code is told of the new model", () => changes > 0);
      assert.deepEqual(await offered(), ["localghost-nano", folder]);
      const before = changes;
      await setSetting("modelByTask", undefined);
      await until("VS Code is told that it is gone", () => changes > before);
      assert.deepEqual(await offered(), ["localghost-nano"]);
    } finally {
      listener.dispose();
      await setSetting("modelByTask", undefined);
      fs.rmSync(home, { recursive: true, force: true });
    }
  });
});
