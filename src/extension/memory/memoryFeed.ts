import * as vscode from "vscode";
import type { MemoryStatus, MemoryUse } from "../../shared/memory.ts";
import type { ModelSpec } from "../../shared/protocol.ts";
import type { EngineClient } from "../client/engineClient.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import { toModelText } from "../completion/indentation.ts";
import { coalesced } from "../coalesce.ts";
import { getSetting, onDidChangeSettings } from "../config.ts";
import { DisposableStore, type Disposable } from "../disposables.ts";
import type { Log } from "../log.ts";
import { Feeder, type MemoryEngine } from "./feeder.ts";
import { importsOf } from "./imports.ts";
import { toEdits } from "./liveEdits.ts";
import { memoryPath } from "./memoryPath.ts";
import { PendingEdits } from "./pendingEdits.ts";
import {
  isCrlf,
  isRemembered,
  nearestFirst,
  openDocuments,
  readListed,
  readOpen,
  textOf,
} from "./rememberedDocuments.ts";
import { listFiles } from "./workspaceFiles.ts";

/** A burst of changes on disk, as of a branch switch, has mostly come to rest after so long. */
const LIST_AFTER_MS = 1_000;
/** Imports stand at the beginning. */
const HEADER_CHARACTERS = 8_000;

export interface MemoryState {
  readonly status: MemoryStatus | undefined;
  /** Files that are still to be read. */
  readonly waiting: number;
  readonly isPaused: boolean;
}

/**
 * Feeds the engine's memory with the workspace: files on disk, and open documents as they are now. Nothing is read, and
 * no engine is started for it, until somebody uses the engine; one that starts anew is fed anew. The memory is that of
 * `localghost.model`, and of others with the same tokenizer.
 */
export class MemoryFeed implements Disposable {
  readonly #engine: EngineSupervisor;
  readonly #spec: () => ModelSpec;
  readonly #log: Log;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<MemoryState>());
  readonly #forgot = this.#store.add(new vscode.EventEmitter<void>());
  readonly #feeder: Feeder;
  /** By name, the files on disk that may be remembered. */
  #listed = new Map<string, vscode.Uri>();
  readonly #edits = this.#store.add(
    new PendingEdits((path, edits) => {
      const document = openDocuments(this.#listed).get(path);
      const text = document && textOf(document);
      // A tab is two characters of the memory's text, so that edits after one would go astray.
      if (text?.includes("\t") === true) this.#feeder.changed([path]);
      else if (text !== undefined) void this.#feeder.edited(path, edits, text.length);
    }),
  );
  readonly #list = coalesced(() => this.#listNow());
  #listTimer: ReturnType<typeof setTimeout> | undefined;
  /** Files and folders that came since the last list. One that was there before is another one now. */
  #created = new Set<string>();
  #fedPid: number | undefined;
  #isCleared = false;
  #status: MemoryStatus | undefined;

  /** @param spec the model whose tokenizer the memory has */
  constructor(engine: EngineSupervisor, spec: () => ModelSpec, log: Log) {
    this.#engine = engine;
    this.#spec = spec;
    this.#log = log;
    this.#feeder = new Feeder({
      read: (path) => this.#read(path),
      onStatus: (status) => {
        // The answer to what was asked before it was turned off may come later.
        this.#status = getSetting("memory.enable") ? status : undefined;
        this.#tell();
      },
      onError: (error) => log.warn(`The memory could not be filled: ${String(error)}`),
    });
    const { workspace } = vscode;
    const watcher = workspace.createFileSystemWatcher("**/*");
    for (const listener of [
      engine.onDidChangeState(() => this.#followEngine()),
      watcher,
      watcher.onDidCreate((uri) => this.#createdOnDisk(uri)),
      watcher.onDidDelete(() => this.#listSoon()),
      watcher.onDidChange((uri) => this.#changedOnDisk(uri)),
      workspace.onDidChangeWorkspaceFolders(() => this.#listSoon()),
      workspace.onDidGrantWorkspaceTrust(() => this.#listSoon()),
      workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      workspace.onDidOpenNotebookDocument(({ uri }) => this.#changedOnDisk(uri)),
      workspace.onDidCloseNotebookDocument(({ uri }) => this.#changedOnDisk(uri)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("files.exclude")) this.#listSoon();
      }),
      onDidChangeSettings(["memory.enable", "memory.maxMegabytes", "exclude"], () => this.#restart()),
    ]) {
      this.#store.add(listener);
    }
    this.#followEngine();
  }

  get onDidChange(): vscode.Event<MemoryState> {
    return this.#changed.event;
  }

  /** All was forgotten: what was written with it is not to be offered any more. */
  get onDidForget(): vscode.Event<void> {
    return this.#forgot.event;
  }

  get state(): MemoryState {
    return { status: this.#status, waiting: this.#feeder.waiting, isPaused: this.#feeder.isPaused };
  }

  /** Forgets all and reads the workspace again. */
  async rebuild(): Promise<void> {
    this.#isCleared = false;
    this.#feeder.pause(false);
    await this.#feeder.clear();
    this.#forgot.fire();
    await this.#feedAll();
  }

  /** Reads nothing more until it is asked to go on; what is known stays. */
  async togglePause(): Promise<void> {
    const isPaused = !this.#feeder.isPaused;
    this.#feeder.pause(isPaused);
    this.#tell();
    if (!isPaused && this.#isCleared) await this.rebuild();
  }

  /** Forgets all until it is asked to go on or to rebuild. */
  async clear(): Promise<void> {
    this.#isCleared = true;
    this.#feeder.pause(true);
    await this.#feeder.clear();
    this.#forgot.fire();
    this.#tell();
  }

  /** What a text at a place of a document is to know of the memory. */
  useAt(document: vscode.TextDocument, position: vscode.Position): MemoryUse | undefined {
    if (!getSetting("memory.enable")) return undefined;
    const path = memoryPath(document.uri);
    const text = textOf(document, position);
    // The engine may not know the latest edits: up to the first of them both have the same text.
    const offset = toModelText(text.slice(0, this.#edits.firstBefore(path, text.length))).length;
    const header = document.getText(new vscode.Range(0, 0, document.positionAt(HEADER_CHARACTERS).line, 0));
    return { path, offset, imports: importsOf(header) };
  }

  dispose(): void {
    clearTimeout(this.#listTimer);
    this.#feeder.connect(undefined);
    this.#store.dispose();
  }

  /** Connects to an engine that is in use; one that was started anew has an empty memory. */
  #followEngine(): void {
    const { running } = this.#engine;
    if (!running || !getSetting("memory.enable")) {
      // With an engine its memory is gone, whether or not another one starts.
      if (this.#fedPid === undefined && this.#status === undefined) return;
      this.#disconnect();
      this.#tell();
      return;
    }
    if (running.pid === this.#fedPid) return;
    this.#fedPid = running.pid;
    this.#feeder.connect(this.#memoryOf(running));
    void this.#feedAll();
  }

  #restart(): void {
    this.#fedPid = undefined;
    void this.#feeder.clear().catch(() => undefined);
    if (!getSetting("memory.enable")) this.#disconnect();
    this.#followEngine();
    this.#tell();
  }

  #disconnect(): void {
    this.#fedPid = undefined;
    this.#status = undefined;
    this.#feeder.connect(undefined);
  }

  async #feedAll(): Promise<void> {
    this.#listed.clear();
    await this.#list();
  }

  /** The memory of this one process: what is told to it when it has ended starts no other. */
  #memoryOf(client: EngineClient): MemoryEngine {
    const maxMegabytes = getSetting("memory.maxMegabytes");
    const model = this.#spec;
    return {
      update: async (files) => client.updateMemory({ model: model(), files, maxMegabytes }),
      edit: async (path, edits, length) => client.editMemory({ model: model(), path, edits, length }),
      remove: async (paths) => client.removeFromMemory({ model: model(), paths }),
      clear: async () => client.clearMemory({ model: model() }),
    };
  }

  #listSoon(): void {
    clearTimeout(this.#listTimer);
    if (this.#fedPid !== undefined) this.#listTimer = setTimeout(() => void this.#list(), LIST_AFTER_MS);
  }

  /** Finds what has come and what has gone since the last time. */
  async #listNow(): Promise<void> {
    const source = new vscode.CancellationTokenSource();
    try {
      const found = new Map((await listFiles(source.token)).map((uri) => [memoryPath(uri), uri] as const));
      const known = this.#listed;
      const created = this.#created;
      this.#created = new Set();
      this.#listed = found;
      const open = openDocuments(this.#listed);
      this.#feeder.removed([...known.keys()].filter((path) => !found.has(path) && !open.has(path)));
      const news = [...found.keys()].filter((path) => !known.has(path) || isWithin(path, created));
      this.#feeder.changed([...open.keys(), ...nearestFirst(news)]);
      if (news.length > 0) this.#log.info(`The memory reads ${news.length} files of the workspace.`);
    } catch (error) {
      this.#log.warn(`The workspace's files could not be listed: ${String(error)}`);
    } finally {
      source.dispose();
    }
  }

  #createdOnDisk(uri: vscode.Uri): void {
    if (this.#fedPid !== undefined) this.#created.add(memoryPath(uri));
    this.#listSoon();
  }

  #changedOnDisk(uri: vscode.Uri): void {
    const path = memoryPath(uri);
    if (uri.path.endsWith("/.gitignore")) this.#listSoon();
    // What an open document says goes before what is on disk.
    if (this.#listed.has(path) && !openDocuments(this.#listed).has(path)) this.#feeder.changed([path]);
  }

  #opened(document: vscode.TextDocument): void {
    if (this.#fedPid !== undefined && isRemembered(document, this.#listed))
      this.#feeder.changed([memoryPath(document.uri)]);
  }

  #closed({ uri }: vscode.TextDocument): void {
    const path = memoryPath(uri);
    this.#edits.forget(path);
    if (this.#listed.has(path)) this.#feeder.changed([path]);
    else this.#feeder.removed([path]);
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.#fedPid === undefined || contentChanges.length === 0 || !isRemembered(document, this.#listed)) return;
    const path = memoryPath(document.uri);
    this.#edits.add(path, toEdits(contentChanges, isCrlf(document)));
  }

  async #read(path: string): Promise<string | undefined> {
    const document = openDocuments(this.#listed).get(path);
    const uri = this.#listed.get(path);
    if (!document) return uri && readListed(uri);
    this.#edits.forget(path);
    return readOpen(document);
  }

  #tell(): void {
    this.#changed.fire(this.state);
  }
}

/** Whether a path, or a folder above it, is among some. */
function isWithin(path: string, some: ReadonlySet<string>): boolean {
  if (some.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (some.has(path.slice(0, end))) return true;
  }
  return false;
}
