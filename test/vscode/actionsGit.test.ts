import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import { openGit, type Repository } from "../../src/extension/actions/gitApi.ts";
import { activateLocalghost, setSetting, until } from "./support/localghost.ts";
import { runToEnd } from "./support/tasks.ts";

suite("commit messages", () => {
  let localghost: LocalghostApi;
  let folder: string;
  let repository: Repository;

  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });

  suiteSetup(async () => {
    localghost = await activateLocalghost();
    folder = await mkdtemp(join(await realpath(tmpdir()), "localghost-git-"));
    git("init", "--quiet");
    writeFileSync(join(folder, "count.ts"), "const count = text.length;\n");
    git("add", ".");
    git("-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "--quiet", "-m", "Begin");
    const api = await openGit();
    assert.ok(api, "VS Code's Git extension is off.");
    await vscode.commands.executeCommand("git.openRepository", folder);
    await until("the repository is open", () => api.getRepository(vscode.Uri.file(folder)) !== null);
    const found = api.getRepository(vscode.Uri.file(folder));
    assert.ok(found);
    repository = found;
    // The task of the same id replaces the one that is built in, whose answers of one line are at times empty.
    const task = {
      id: "commit-message",
      title: "Message",
      pattern: "{input}\nconst {output}",
      cut: "line",
      maxTokens: 12,
    };
    await setSetting("prompts", [{ ...task, scope: "changes" }]);
  });

  suiteTeardown(async () => {
    await setSetting("prompts", undefined);
    await vscode.commands.executeCommand("git.close", repository);
    await rm(folder, { recursive: true, force: true });
  });

  test("without changes none is written", async () => {
    const count = localghost.results.length;
    await vscode.commands.executeCommand("localghost.writeCommitMessage");
    assert.equal(localghost.results.length, count);
  });

  test("is about the repository above whose changes it was asked for", async () => {
    const api = await openGit();
    assert.ok(api);
    const other = await mkdtemp(join(await realpath(tmpdir()), "localghost-git-"));
    try {
      execFileSync("git", ["init", "--quiet"], { cwd: other });
      writeFileSync(join(other, "names.ts"), "const names = [];\n");
      execFileSync("git", ["add", "."], { cwd: other });
      await vscode.commands.executeCommand("git.openRepository", other);
      await until("the repository is open", () => api.getRepository(vscode.Uri.file(other)) !== null);
      const found = api.getRepository(vscode.Uri.file(other));
      assert.ok(found);
      const above = { rootUri: found.rootUri };
      const { record, result } = await runToEnd(localghost, "localghost.writeCommitMessage", above);
      assert.match(record.source.text, /\+const names = \[\];/);
      await until("the message is in its box", () => found.inputBox.value === result.text && result.text !== "");
      assert.equal(repository.inputBox.value, "");
      await vscode.commands.executeCommand("git.close", found);
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  test("is written from what is changed or staged, into the empty box alone", async () => {
    writeFileSync(join(folder, "count.ts"), "const count = text.trim().length;\n");
    const { record, result } = await runToEnd(localghost, "localghost.writeCommitMessage");
    assert.equal(record.source.description, "the changes that are not staged");
    assert.match(result.text, /\S/, JSON.stringify(record));
    assert.match(record.source.text, /\+const count = text\.trim/);
    await until("the message is in the box", () => repository.inputBox.value === result.text);

    git("add", ".");
    repository.inputBox.value = "My own words";
    const staged = await runToEnd(localghost, "localghost.writeCommitMessage");
    assert.equal(staged.record.source.description, "the staged changes");
    assert.equal(repository.inputBox.value, "My own words");
    await vscode.commands.executeCommand("localghost.replaceByResult", staged.record.id);
    assert.equal(repository.inputBox.value, staged.result.text);
  });
});
