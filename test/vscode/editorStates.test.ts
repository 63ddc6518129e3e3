import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import {
  acceptGhostText,
  activateWithoutMemory,
  closeEditors,
  openMarked,
  openMarkedFile,
  QUEUE,
  setSetting,
  until,
} from "./support/localghost.ts";

const execute = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
const type = (text: string) => execute("type", { text });
/** What stays away cannot be waited for: this is several times what a suggestion takes. */
const LONG_ENOUGH_MS = 1_500;

suite("ghost text in states of the editor", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
    await acceptGhostText(await openMarked(QUEUE));
    await closeEditors();
  });

  teardown(async () => {
    await setSetting("exclude", undefined);
    await setFiles("readonlyInclude", undefined);
    await setFiles("readonlyExclude", undefined);
    await closeEditors();
  });

  const setFiles = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration("files").update(name, value, vscode.ConfigurationTarget.Global);

  /** Asks for ghost text, and makes sure that nothing is asked of the engine for it. */
  async function assertNothingAsked(what: string): Promise<void> {
    const asked = localghost.requestCount;
    await execute("localghost.trigger");
    assert.equal(localghost.requestCount, asked, what);
  }

  test("several cursors: nothing is asked", async () => {
    const editor = await openMarked(QUEUE);
    const there = editor.selection.active;
    editor.selections = [new vscode.Selection(there, there), new vscode.Selection(0, 0, 0, 0)];
    await until("there are two cursors", () => editor.selections.length === 2);
    await assertNothingAsked("two cursors");
    editor.selections = [new vscode.Selection(there, there)];
    await until("there is one cursor", () => editor.selections.length === 1);
    // VS Code does not ask again at a place where it was told that there is nothing.
    await type(" ");
    assert.notEqual(await acceptGhostText(editor), "");
  });

  test("a snippet's tab stops: nothing is shown until the snippet is left", async () => {
    const editor = await openMarked(QUEUE.replace("return|", "|"));
    await editor.insertSnippet(new vscode.SnippetString("return$1 /* ${2:why} */"));
    const before = editor.document.getText();
    await execute("localghost.trigger");
    await execute("editor.action.inlineSuggest.commit");
    assert.equal(editor.document.getText(), before);
    await execute("leaveSnippet");
    await execute("undo");
    await type("return");
    assert.notEqual(await acceptGhostText(editor), "");
  });

  test("the suggest widget: ghost text goes on from its selected item", async () => {
    const item = new vscode.CompletionItem("return", vscode.CompletionItemKind.Keyword);
    const provider = vscode.languages.registerCompletionItemProvider("plaintext", {
      provideCompletionItems: () => [item],
    });
    try {
      const editor = await openMarked(QUEUE.replace("return|", "ret|"), "plaintext");
      const before = editor.document.getText();
      await execute("editor.action.triggerSuggest");
      // The widget is open once its item can be taken; ghost text behind it is what taking alone does not write.
      await until("what follows the selected item is written", async () => {
        await execute("editor.action.inlineSuggest.trigger");
        // Asked again at once, the model would begin anew each time.
        await sleep(LONG_ENOUGH_MS);
        await execute("editor.action.inlineSuggest.commit");
        return editor.document.getText() !== before;
      });
      const line = editor.document.lineAt(editor.selection.active).text;
      assert.match(line, /^ {4}return \S/);
    } finally {
      provider.dispose();
      await execute("hideSuggestWidget");
    }
  });

  test("documents indented with tabs get tabs", async () => {
    const editor = await openMarked(QUEUE.replaceAll("  ", "\t").replace("\n\t\treturn|\n\t}", "|\n\t}"));
    await acceptGhostText(editor);
    const lines = editor.document.getText().split("\n");
    assert.ok(lines.length > QUEUE.split("\n").length - 2, "no line was added");
    for (const line of lines) assert.doesNotMatch(line, /^\t* +\S/);
  });

  test("words and lines are accepted by VS Code's own commands, each undone in one step", async () => {
    const marked = QUEUE.replace("return|\n  }", "|\n  }");
    for (const part of ["Word", "Line"]) {
      const editor = await openMarked(marked);
      const before = editor.document.getText();
      await execute("localghost.trigger");
      await until(`a ${part.toLowerCase()} is accepted`, async () => {
        await execute(`editor.action.inlineSuggest.acceptNext${part}`);
        return editor.document.getText() !== before;
      });
      const added = editor.document.getText().length - before.length;
      if (part === "Word") assert.match(editor.document.lineAt(editor.selection.active).text, /^\s*\w+\W?$/);
      await execute("undo");
      assert.equal(editor.document.getText(), before, `${part}: ${added} characters`);
      await closeEditors();
    }
  });

  test("VS Code's snooze silences what comes while typing, and not what is asked for", async () => {
    const editor = await openMarkedFile("src/snooze.ts", `${QUEUE}\n|`);
    await execute("editor.action.inlineSuggest.snooze", 1);
    try {
      const asked = localghost.requestCount;
      await type("export ");
      await sleep(LONG_ENOUGH_MS);
      assert.equal(localghost.requestCount, asked);
      await execute("localghost.trigger");
      assert.ok(localghost.requestCount > asked);
    } finally {
      await execute("editor.action.inlineSuggest.cancelSnooze");
    }
    const asked = localghost.requestCount;
    // Not what was asked for meanwhile: its rest is known without asking.
    await type("zq9 ");
    await until("ghost text is asked for again", () => localghost.requestCount > asked);
    assert.ok(editor.document.isDirty);
  });

  test("after ghost text was taken the next is asked for without a key", async () => {
    const asked = localghost.requestCount;
    await acceptGhostText(await openMarked(QUEUE.replace("Queue", "Shelf").replace("return|\n  }", "|\n  }")));
    await until("the next text is asked for", () => localghost.requestCount > asked + 1);
  });

  test("files that match a glob of the setting: nothing is asked, by default in .env", async () => {
    await openMarkedFile(".env", "TOKEN=|");
    await assertNothingAsked(".env");
    await closeEditors();
    await setSetting("exclude", ["generated/**"]);
    await openMarkedFile("generated/queue.ts", QUEUE);
    await assertNothingAsked("a glob from the workspace on");
    assert.notEqual(await acceptGhostText(await openMarkedFile("src/notGenerated.ts", QUEUE)), "");
  });

  test("read-only files, by setting or for the session: nothing is asked", async () => {
    await setFiles("readonlyInclude", { "library/**": true });
    await openMarkedFile("library/queue.ts", QUEUE);
    await assertNothingAsked("files.readonlyInclude");
    await closeEditors();
    await setFiles("readonlyExclude", { "library/ours/**": true });
    assert.notEqual(await acceptGhostText(await openMarkedFile("library/ours/queue.ts", QUEUE)), "");
    await closeEditors();
    await openMarkedFile("src/readOnly.ts", QUEUE);
    await execute("workbench.action.files.setActiveEditorReadonlyInSession");
    await assertNothingAsked("an editor that a command made read-only");
    await execute("workbench.action.files.resetActiveEditorReadonlyInSession");
  });

  test("a diff editor: nothing is asked for the side that cannot be written", async () => {
    const scheme = "localghost-original";
    const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => QUEUE.replace("|", ""),
    });
    try {
      const { document, selection } = await openMarkedFile("src/changed.ts", QUEUE);
      await execute("vscode.diff", document.uri.with({ scheme }), document.uri);
      const placeIn = async (side: string, wanted: string): Promise<vscode.TextEditor> => {
        await until(`the ${side.toLowerCase()} side has the focus`, async () => {
          await execute(`workbench.action.compareEditor.focus${side}Side`);
          return vscode.window.activeTextEditor?.document.uri.scheme === wanted;
        });
        const editor = vscode.window.activeTextEditor;
        assert.ok(editor);
        editor.selection = selection;
        return editor;
      };
      await placeIn("Secondary", scheme);
      await assertNothingAsked("the original side");
      assert.notEqual(await acceptGhostText(await placeIn("Primary", "file")), "");
    } finally {
      provider.dispose();
    }
  });

  test("a notebook's cell: ghost text comes, and goes into the cell", async () => {
    const code = QUEUE.replace("|", "");
    const cells = [new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, "typescript")];
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(notebook);
    await execute("notebook.cell.edit");
    await until(
      "the cell has the focus",
      () => vscode.window.activeTextEditor?.document === notebook.cellAt(0).document,
    );
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const cursor = editor.document.positionAt(QUEUE.indexOf("|"));
    editor.selection = new vscode.Selection(cursor, cursor);
    assert.notEqual(await acceptGhostText(editor), "");
    assert.notEqual(notebook.cellAt(0).document.getText(), code);
  });

  test("a file of 5 MB gets ghost text for a prompt of the usual size; a huge one and a line that nobody reads get none", async () => {
    const piece = `${QUEUE.replace("|", " this.items.length;")}${"/* a long comment in the way of all who read it */\n".repeat(20)}`;
    const text = piece.repeat(Math.ceil(5_000_000 / piece.length));
    const editor = await openMarkedFile("src/large.txt", `${text}${QUEUE}`);
    assert.notEqual(await acceptGhostText(editor), "");
    assert.ok((localghost.lastRequest?.prompt?.promptTokens ?? Infinity) < 512);
    await closeEditors();

    await openMarkedFile("src/huge.ts", `${"\n".repeat(300_001)}${QUEUE}`);
    await assertNothingAsked("more lines than VS Code highlights");
    await closeEditors();
    await openMarkedFile("src/long.ts", `const a = "${"x".repeat(10_001)}".length|`);
    await assertNothingAsked("a line that VS Code does not show");
  });
});
