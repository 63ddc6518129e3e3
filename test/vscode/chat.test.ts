/** The chat participant's handler, and the tools, which other extensions call through VS Code. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import { activateLocalghost, closeEditors } from "./support/localghost.ts";
import { openSelected, PASSAGE } from "./support/tasks.ts";

const CODE = "function area(width, height) {\n  return width * height;\n}\n";

/** What a handler writes, in order: all that the API lets it write but trees of files. */
class Response {
  readonly parts: (string | vscode.Uri | vscode.Location)[] = [];
  readonly references: (vscode.Uri | vscode.Location)[] = [];
  readonly progressed: string[] = [];
  readonly buttons: string[] = [];

  markdown(value: string | vscode.MarkdownString): void {
    this.parts.push(typeof value === "string" ? value : value.value);
  }
  anchor(value: vscode.Uri | vscode.Location): void {
    this.parts.push(value);
  }
  reference(value: vscode.Uri | vscode.Location): void {
    this.references.push(value);
  }
  progress(value: string): void {
    this.progressed.push(value);
  }
  button({ command }: vscode.Command): void {
    this.buttons.push(command);
  }

  get text(): string {
    return this.parts.filter((part) => typeof part === "string").join("");
  }

  get anchors(): vscode.Location[] {
    return this.parts.filter((part) => part instanceof vscode.Location);
  }
}

interface Asked {
  readonly response: Response;
  readonly result: vscode.ChatResult;
}

suite("chat", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateLocalghost();
  });

  teardown(closeEditors);

  async function ask(
    request: { prompt?: string; command?: string; references?: unknown[] },
    {
      history = [],
      token = new vscode.CancellationTokenSource().token,
    }: {
      history?: { result: vscode.ChatResult }[];
      token?: vscode.CancellationToken;
    } = {},
  ): Promise<Asked> {
    const response = new Response();
    const references = (request.references ?? []).map((value) => ({ id: "test", value }));
    // A participant that would ask the model that the chat is set to would find none.
    const whole = { prompt: "", command: undefined, toolReferences: [], ...request, references };
    const result = await localghost.answerChat(
      whole as unknown as vscode.ChatRequest,
      { history } as unknown as vscode.ChatContext,
      response as unknown as vscode.ChatResponseStream,
      token,
    );
    return { response, result: result ?? {} };
  }

  test("a summary of the selection names its file, and says how sure the model is", async () => {
    const { document } = await openSelected(`# Viewer\n\n[${PASSAGE}]\n`);
    const { response, result } = await ask({ command: "summarize" });
    assert.equal(result.errorDetails, undefined);
    const [reference] = response.references;
    assert.ok(reference instanceof vscode.Location);
    assert.deepEqual([reference.uri.toString(), reference.range.start.line], [document.uri.toString(), 2]);
    assert.match(response.progressed[0] ?? "", /Summarize: reads .*line 3/);
    assert.match(response.text, /viewer for large text files.*confidence/s);
    assert.deepEqual(response.buttons, ["localghost.showLimits"]);
  });

  test("an answer is found in a referenced place, and leads there", async () => {
    const text = `Nothing here.\n\n${PASSAGE}\n`;
    const { uri } = await vscode.workspace.openTextDocument({ language: "markdown", content: text });
    const place = new vscode.Location(uri, new vscode.Range(2, 0, 3, 0));
    const { response } = await ask({ command: "answer", prompt: "Who maintains it?", references: [place] });
    const [anchor] = response.anchors;
    assert.ok(anchor);
    const document = await vscode.workspace.openTextDocument(uri);
    const found = document.getText(anchor.range);
    assert.ok(found !== "" && anchor.range.start.line === 2, found);
    assert.ok(response.text.includes(`\n\n${found}\n\nWhere it stands: `), response.text);
  });

  test("a question about nothing goes on with the questions before it", async () => {
    const first = await ask({ prompt: "What is the capital of France?" });
    assert.deepEqual(first.response.references, []);
    assert.equal(first.result.errorDetails, undefined);
    const second = await ask({ prompt: "And of Italy?" }, { history: [{ result: first.result }] });
    const alone = await ask({ prompt: "And of Italy?" });
    assert.notDeepEqual(second.response.text, alone.response.text, "the first question made no difference");
  });

  test("code is explained, a text is translated, and a score leads to its lines", async () => {
    const { uri } = await vscode.workspace.openTextDocument({ language: "javascript", content: CODE });
    const explained = await ask({ command: "explain", references: [uri] });
    assert.match(explained.response.text, /\w.*confidence/s);
    const translated = await ask({ command: "translate", prompt: "to French", references: ["Thank you."] });
    assert.match(translated.response.text, /confidence/);
    const { response } = await ask({ command: "score", references: [uri] });
    assert.match(response.text, /tokens, perplexity [\d.]+/);
    assert.ok(response.anchors.length > 3);
    const document = await vscode.workspace.openTextDocument(uri);
    for (const anchor of response.anchors) {
      assert.match(document.getText(anchor.range.with({ end: document.lineAt(anchor.range.end).range.end })), /^\S/);
    }
  });

  for (const { what, request, message } of [
    { what: "nothing", request: {}, message: /Ask a question/ },
    {
      what: "a translation into no language",
      request: { command: "translate", references: ["A text."] },
      message: /to French/,
    },
    { what: "a summary of nothing", request: { command: "summarize" }, message: /no text/i },
    {
      what: "a file that is not there",
      request: { command: "explain", references: [vscode.Uri.file("/no/such/file.ts")] },
      message: /“file.ts” cannot be read/,
    },
  ]) {
    test(`${what} is refused in a sentence`, async () => {
      const { result } = await ask(request);
      assert.match(result.errorDetails?.message ?? "", message);
    });
  }

  test("a request that is cancelled ends without an error", async () => {
    const source = new vscode.CancellationTokenSource();
    const asked = ask({ command: "score", references: [PASSAGE.repeat(50)] }, { token: source.token });
    source.cancel();
    assert.deepEqual((await asked).result, {});
  });
});

suite("tools", () => {
  suiteSetup(activateLocalghost);

  async function call(name: string, input: object, token?: vscode.CancellationToken): Promise<Record<string, unknown>> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value) as Record<string, unknown>;
  }

  test("all are offered with what a model needs to call them", () => {
    const ours = vscode.lm.tools.filter(({ name }) => name.startsWith("localghost_"));
    assert.deepEqual(ours.map(({ name }) => name).sort(), [
      "localghost_score",
      "localghost_summarize",
      "localghost_translate",
    ]);
    for (const { description, inputSchema } of ours) assert.ok(description.length > 50 && inputSchema);
  });

  test("a summary is made of the text's own sentences", async () => {
    const { text, model } = await call("localghost_summarize", { text: PASSAGE });
    assert.equal(model, "localghost-nano");
    assert.ok(typeof text === "string" && text !== "");
    for (const sentence of text.split(/(?<=\.)\s/)) assert.ok(PASSAGE.includes(sentence), sentence);
  });

  test("a translation says that the model is bad at it", async () => {
    const { text, warning } = await call("localghost_translate", { text: "Good morning.", to: "fr" });
    assert.equal(typeof text, "string");
    assert.match(String(warning), /localghost-nano/);
  });

  test("a score names the least likely tokens with their lines", async () => {
    const text = `${CODE}function banana(zebra) {}\n`;
    const { perplexity, leastLikely } = await call("localghost_score", { text, count: 3 });
    assert.ok(Number(perplexity) > 1);
    const tokens = leastLikely as { text: string; line: number; column: number; probability: number }[];
    assert.equal(tokens.length, 3);
    for (const { text: word, line, column } of tokens) {
      assert.ok(text.split("\n")[line - 1]?.startsWith(word, column - 1), word);
    }
    const probabilities = tokens.map(({ probability }) => probability);
    assert.deepEqual(
      probabilities,
      probabilities.toSorted((a, b) => a - b),
    );
  });

  test("what makes no sense is refused by name, and a cancelled call ends", async () => {
    await assert.rejects(call("localghost_score", { text: " " }), /"text" of the input/);
    await assert.rejects(call("localghost_translate", { text: "Hello." }), /"to" of the input/);
    const source = new vscode.CancellationTokenSource();
    const called = call("localghost_score", { text: PASSAGE.repeat(50) }, source.token);
    source.cancel();
    await assert.rejects(called, /Cancel/);
  });
});
