import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import {
  activateLocalghost,
  closeEditors,
  openMarkedFile,
  setSetting,
  showDocument,
  until,
} from "./support/localghost.ts";
import { begin, find, openSelected, PASSAGE, runToEnd, select, whenDone } from "./support/tasks.ts";

const CODE = ["export function double(n: number): number {", "  return n * 2;", "}", ""].join("\n");

/** Streams its text in, which choosing from the text does not. */
const WRITTEN_SUMMARY = { task: "summarize", mode: "generate" };

const undo = () => vscode.commands.executeCommand("undo");
const execute = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

suite("tasks", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateLocalghost();
  });

  teardown(async () => {
    for (const name of ["examples", "prompts", "resultView"]) await setSetting(name, undefined);
    await closeEditors();
  });

  test("a summary of a selection goes below it, and one undo takes it back", async () => {
    const editor = await openMarkedFile("summary.md", `|# Viewer\n\n${PASSAGE}\n\nThe end.\n`);
    select(editor, `# Viewer\n\n[${PASSAGE}]\n\nThe end.\n`);
    const before = editor.document.getText();
    const { record, result } = await runToEnd(localghost, "localghost.summarize");
    assert.match(result.text, /\S/);
    assert.equal(result.model, "localghost-nano");
    assert.equal(record.source.description, "the selection in line 3");
    assert.equal(editor.document.getText(), before, "nothing changes before the user says so");

    await execute("localghost.insertResult", record.id);
    assert.equal(editor.document.getText(), `# Viewer\n\n${PASSAGE}\n${result.text}\n\nThe end.\n`);
    await undo();
    assert.equal(editor.document.getText(), before);
  });

  test("each command works on a file", async () => {
    const editor = await openMarkedFile("double.ts", `|${CODE}`);
    for (const [command, task] of [
      ["explain", "explain"],
      ["suggestName", "name"],
      ["continueHere", "continue"],
    ]) {
      select(editor, `[${CODE}]`);
      const { record, result } = await runToEnd(localghost, `localghost.${command ?? ""}`);
      assert.equal(record.options.templateId, task);
      const before = editor.document.getText();
      if (result.text === "") continue;
      await execute("localghost.insertResult", record.id);
      assert.ok(editor.document.getText().includes(result.text), command);
      await undo();
      assert.equal(editor.document.getText(), before, command);
    }
  });

  test("a task takes its values from a key binding", async () => {
    const editor = await openSelected("[good morning]");
    const translation = { task: "translate", values: { from: "English", to: "French" } };
    const { record } = await runToEnd(localghost, "localghost.runTask", translation);
    assert.equal(record.options.values["to"], "French");

    select(editor, "[good morning]");
    const values = { question: "What is it?" };
    const asked = await runToEnd(localghost, "localghost.runTask", { task: "answer", shots: 1, mode: "rank", values });
    assert.equal(asked.result.mode, "rank");
    assert.equal(asked.result.shots, 1);
    assert.ok(asked.result.candidates.length > 0);
    assert.ok("good morning".includes(asked.result.text));
  });

  test("with nothing selected a task takes what stands at the cursor, and says what", async () => {
    const provider = vscode.languages.registerDocumentSymbolProvider("plaintext", {
      provideDocumentSymbols: () => {
        const range = new vscode.Range(0, 0, 2, 1);
        return [new vscode.DocumentSymbol("double", "", vscode.SymbolKind.Function, range, range)];
      },
    });
    try {
      // A file: an untitled document could be taken for the one before it, which had the same name.
      const editor = await openMarkedFile("double.txt", `|${CODE}\nmore\n`);
      editor.selection = new vscode.Selection(1, 3, 1, 3);
      const inFunction = await runToEnd(localghost, "localghost.explain");
      assert.equal(inFunction.record.source.description, "the function “double”");
      assert.equal(inFunction.record.source.text, CODE.trimEnd());

      editor.selection = new vscode.Selection(4, 0, 4, 0);
      const elsewhere = await runToEnd(localghost, "localghost.explain");
      assert.equal(elsewhere.record.source.description, "the paragraph in line 5");
      assert.equal(elsewhere.record.source.text, "more");
    } finally {
      provider.dispose();
    }
  });

  test("several selections each get theirs", async () => {
    const editor = await openSelected(`[${PASSAGE}]\n\nnot this\n\n[A tool to draw maps.]\n`);
    // VS Code may still tell of the one cursor that the new editor began with.
    await until("both are selected", () => editor.selections.length === 2);
    const count = localghost.results.length;
    await execute("localghost.summarize");
    const [second, first] = localghost.results;
    assert.equal(localghost.results.length, count + 2);
    assert.equal(first?.source.text, PASSAGE);
    assert.equal(second?.source.text, "A tool to draw maps.");
  });

  test("what is inserted meanwhile moves the texts that have not had their turn", async () => {
    const marked = `[${PASSAGE}]\n\nnot this\n\n[A tool to draw maps.]\n`;
    const editor = await openSelected(marked);
    await until("both are selected", () => editor.selections.length === 2);
    const first = await begin(localghost, "localghost.runTask", WRITTEN_SUMMARY);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "New.\n\n"));
    await whenDone(localghost, first);
    await until("the second has begun", () => localghost.results[0]?.id !== first.id);
    const [second] = localghost.results;
    assert.ok(second?.source.kind === "document" && second.source.range);
    await whenDone(localghost, second);
    const { start, end } = second.source.range;
    assert.equal(editor.document.getText().slice(start, end), "A tool to draw maps.");
  });

  test("an answer below whole lines is no part of them", async () => {
    const editor = await openSelected(`One.\n[${PASSAGE}\n]Two.\n`);
    const { record, result } = await runToEnd(localghost, "localghost.summarize");
    await execute("localghost.insertResult", record.id);
    assert.equal(editor.document.getText(), `One.\n${PASSAGE}\n${result.text}\nTwo.\n`);
    const { source } = find(localghost, record);
    assert.ok(source.kind === "document" && source.range);
    assert.equal(editor.document.getText().slice(source.range.start, source.range.end), `${PASSAGE}\n`);
    await undo();
  });

  test("where there is no text nothing is asked of the model", async () => {
    await openSelected("");
    const count = localghost.results.length;
    await execute("localghost.summarize");
    assert.equal(localghost.results.length, count);
  });

  test("a replacement is shown first, then done, and undone in one step", async () => {
    const editor = await openMarkedFile("replace.md", `|Before.\n\n${PASSAGE}\n`);
    select(editor, `Before.\n\n[${PASSAGE}]\n`);
    const before = editor.document.getText();
    const { record, result } = await runToEnd(localghost, "localghost.summarize");
    await execute("localghost.replaceByResult", record.id);
    await until("the diff is open", () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputTextDiff;
    });
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.ok(activeTab?.input instanceof vscode.TabInputTextDiff);
    const preview = await vscode.workspace.openTextDocument(activeTab.input.modified);
    assert.equal(preview.getText(), `Before.\n\n${result.text}\n`);
    assert.equal(editor.document.getText(), before);

    await execute("localghost.applyReplace");
    await until("the text is replaced", () => editor.document.getText() === `Before.\n\n${result.text}\n`);
    await undo();
    assert.equal(editor.document.getText(), before);
  });

  test("a replacement whose answer has changed since it was shown is not done", async () => {
    const editor = await openMarkedFile("changed.md", `|${PASSAGE}\n`);
    select(editor, `[${PASSAGE}]\n`);
    const before = editor.document.getText();
    const { record } = await runToEnd(localghost, "localghost.runTask", WRITTEN_SUMMARY);
    await execute("localghost.replaceByResult", record.id);
    const isShown = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff;
    await until("the diff is open", isShown);
    await setSetting("resultView", "panel");
    await execute("localghost.compareAlternatives", record.id);
    const { outcome } = find(localghost, record);
    assert.ok(outcome.kind === "done");
    const other = outcome.result.alternatives.findIndex(({ text }) => text !== outcome.result.text);
    assert.ok(other > 0, "the model has another text");
    await execute("localghost.take", record.id, other);
    await until("the diff is still in front", isShown);
    await execute("localghost.applyReplace");
    await until("the diff is closed", () => !isShown());
    assert.equal(editor.document.getText(), before);

    await execute("localghost.replaceByResult", record.id);
    await until("the new text is shown", isShown);
    await execute("localghost.applyReplace");
    const taken = outcome.result.alternatives[other]?.text ?? "";
    await until("it is replaced by that", () => editor.document.getText() === `${taken}\n`);
    await setSetting("resultView", undefined);
  });

  test("a result goes where its text stands, though the document was edited meanwhile", async () => {
    const editor = await openSelected(`One.\n[${PASSAGE}]\nTwo.\n`);
    const record = await begin(localghost, "localghost.runTask", WRITTEN_SUMMARY);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "New.\n"));
    const { text } = await whenDone(localghost, record);
    await execute("localghost.insertResult", record.id);
    assert.equal(editor.document.getText(), `New.\nOne.\n${PASSAGE}\n${text}\nTwo.\n`);
  });

  test("a result outlives its editor, and finds its file again", async () => {
    const editor = await openMarkedFile("closed.md", `|One.\n\n${PASSAGE}\n`);
    select(editor, `One.\n\n[${PASSAGE}]\n`);
    const record = await begin(localghost, "localghost.runTask", WRITTEN_SUMMARY);
    await execute("workbench.action.closeAllEditors");
    const { text } = await whenDone(localghost, record);
    await execute("localghost.insertResult", record.id);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.getText(), `One.\n\n${PASSAGE}\n${text}\n`);
  });

  test("a result whose text is gone is not put anywhere", async () => {
    const editor = await openSelected(`One.\n[${PASSAGE}]\nTwo.\n`);
    const { record } = await runToEnd(localghost, "localghost.summarize");
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 2, 0)));
    await execute("localghost.insertResult", record.id);
    assert.equal(editor.document.getText(), "Two.\n");
  });

  test("a read-only document stays as it is, and its result can be copied", async () => {
    const scheme = "localghost-test-read-only";
    const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => PASSAGE,
    });
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${scheme}:notes.md`));
      await showDocument(document);
      const { record, result } = await runToEnd(localghost, "localghost.summarize");
      await execute("localghost.insertResult", record.id);
      await execute("localghost.replaceByResult", record.id);
      assert.equal(document.getText(), PASSAGE);
      assert.equal(document.isDirty, false);
      await execute("localghost.copyResult", record.id);
      assert.equal(await vscode.env.clipboard.readText(), result.text);
    } finally {
      provider.dispose();
    }
  });

  test("200,000 characters are cancelled at once, and what was written is kept", async () => {
    const long = `${PASSAGE}\n\n`.repeat(Math.ceil(200_000 / PASSAGE.length));
    await openSelected(`[${long}]`);
    const record = await begin(localghost, "localghost.runTask", WRITTEN_SUMMARY);
    await until("something is done", () => {
      const { outcome } = find(localghost, record);
      return outcome.kind === "running" && (outcome.text !== "" || outcome.parts.length > 0);
    });
    await execute("localghost.act", "stop", record.id);
    await until("the task has stopped", () => find(localghost, record).outcome.kind !== "running");
    const { outcome } = find(localghost, record);
    assert.equal(outcome.kind, "stopped", "it was not gone through to its end");
  });

  test("200,000 characters are asked about, and the result says what was left out", async () => {
    const long = `${PASSAGE}\n\n`.repeat(Math.ceil(200_000 / PASSAGE.length));
    await openSelected(`[${long}]`);
    const values = { question: "Who maintains it?" };
    const { result } = await runToEnd(localghost, "localghost.runTask", { task: "answer", mode: "generate", values });
    assert.ok(result.dropped.characters > 150_000);

    const chosen = await runToEnd(localghost, "localghost.runTask", { task: "summarize", mode: "rank" });
    assert.ok(long.includes(chosen.result.text));
  });

  test("trying again is a result of its own, and alternatives can be taken", async () => {
    await openSelected(`[${PASSAGE}]`);
    const { record } = await runToEnd(localghost, "localghost.runTask", WRITTEN_SUMMARY);
    await execute("localghost.tryAgain", record.id);
    const [again] = localghost.results;
    assert.ok(again && again.id !== record.id);
    await whenDone(localghost, again);

    // The panel shows alternatives itself; the other view asks in a list that would wait for an answer.
    await setSetting("resultView", "panel");
    await execute("localghost.compareAlternatives", again.id);
    const { alternatives } = await whenDone(localghost, again);
    assert.ok(alternatives.length > 1);
    await execute("localghost.take", again.id, 1);
    assert.equal((await whenDone(localghost, again)).text, alternatives[1]?.text);
  });

  test("remembered examples are used", async () => {
    const examples = { rewrite: [{ input: "teh cat", output: "the cat" }] };
    await setSetting("examples", examples);
    await openSelected("[teh dog]");
    const { result } = await runToEnd(localghost, "localghost.rewriteByExample");
    assert.equal(result.shots, 1);
    assert.ok(result.prompt.includes("the cat"));
  });

  test("a file of the workspace is a task at once, and a mistake in one is shown", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const prompts = vscode.Uri.joinPath(folder.uri, ".localghost", "prompts");
    const write = (name: string, value: unknown) =>
      vscode.workspace.fs.writeFile(
        vscode.Uri.joinPath(prompts, name),
        new TextEncoder().encode(JSON.stringify(value, null, 2)),
      );
    await write("shout.json", { title: "Shout", pattern: "{input}\nIn capitals: {output}" });
    await openSelected("[hello]");
    const { record } = await runToEnd(localghost, "localghost.runTask", { task: "shout" });
    assert.equal(record.title, "Shout");

    await write("wrong.json", { title: "Wrong", pattern: "{input} {output}", shots: "many" });
    const wrong = vscode.Uri.joinPath(prompts, "wrong.json");
    await until("the mistake is shown", () => vscode.languages.getDiagnostics(wrong).length > 0);
    const [diagnostic] = vscode.languages.getDiagnostics(wrong);
    assert.match(diagnostic?.message ?? "", /shots/);
    assert.equal(diagnostic?.range.start.line, 3);
    await vscode.workspace.fs.delete(wrong);
    await until("the mistake is gone", () => vscode.languages.getDiagnostics(wrong).length === 0);
  });

  test("the setting's tasks are there too, above functions where they are wanted", async () => {
    await setSetting("prompts", [{ id: "haiku", title: "Haiku", pattern: "{input}\nHaiku: {output}" }]);
    await setSetting("codeLens", ["haiku", "explain", "no-such-task"]);
    const provider = vscode.languages.registerDocumentSymbolProvider("plaintext", {
      provideDocumentSymbols: () => {
        const range = new vscode.Range(0, 0, 2, 1);
        return [new vscode.DocumentSymbol("double", "", vscode.SymbolKind.Function, range, range)];
      },
    });
    try {
      const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: CODE });
      await showDocument(document);
      let titles: string[] = [];
      await until("the lenses are there", async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          "vscode.executeCodeLensProvider",
          document.uri,
          10,
        );
        titles = lenses.map(({ command }) => command?.title ?? "");
        return titles.length === 2;
      });
      assert.deepEqual(titles, ["Haiku", "Explain"]);
    } finally {
      await setSetting("codeLens", undefined);
      provider.dispose();
    }
  });
});
