import * as vscode from "vscode";
import { formatBytes } from "../../models/formatBytes.ts";
import { getSetting, onDidChangeSettings, readModelSettings } from "../config.ts";
import { DisposableStore, type Disposable } from "../disposables.ts";
import { VIEWS } from "../ids.ts";
import type { Downloads } from "./downloads.ts";
import { chosenModels } from "./modelChoice.ts";
import { type AnyRow, type DownloadRow, type Group, groupRows, GROUPS } from "./modelRows.ts";
import type { ModelStore, PresentModels } from "./modelStore.ts";
import { describeRow, groupName, iconOf, shortName, tooltipOf } from "./rowTexts.ts";

/** A node of the tree. */
export type Node = { readonly kind: "group"; readonly group: Group; readonly rows: readonly AnyRow[] } | AnyRow;

/** Another window's download is looked at so often while the view is seen. */
const ELSEWHERE_EVERY_MS = 2_000;
/** More often, the buttons of a row would be drawn anew under the mouse. */
const PROGRESS_EVERY_MS = 1_000;

/** The Models view: all models of this machine, and those that could be. */
export class ModelsView implements vscode.TreeDataProvider<Node>, Disposable {
  readonly #store: ModelStore;
  readonly #downloads: Downloads;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly #disposables = new DisposableStore();
  readonly #view: vscode.TreeView<Node>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #progressTimer: ReturnType<typeof setTimeout> | undefined;
  /** The rows of downloads as VS Code knows them. */
  #downloadRows: DownloadRow[] = [];

  constructor(store: ModelStore, downloads: Downloads) {
    this.#store = store;
    this.#downloads = downloads;
    const add = this.#disposables.add.bind(this.#disposables);
    add(this.#changed);
    this.#view = add(vscode.window.createTreeView(VIEWS.models, { treeDataProvider: this, showCollapseAll: false }));
    add(store.onDidChange(() => this.#redrawAll(0)));
    add(downloads.onDidChange(() => this.#redrawProgress()));
    add(this.#view.onDidChangeVisibility(({ visible }) => visible && store.refresh()));
    // The command line, or another window, may have changed something meanwhile.
    add(vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#view.visible && store.refresh()));
    add(
      onDidChangeSettings(["model", "modelByLanguage", "modelByTask", "modelsFolder", "dtype"], () => store.refresh()),
    );
  }

  readonly onDidChangeTreeData = this.#changed.event;

  /** All rows as they are now, for the view and for whoever offers them too. */
  async rows(): Promise<Record<Group, AnyRow[]>> {
    void this.#store.measureMachine();
    return groupRows({
      ...(await this.#store.read()),
      ownDownloads: this.#downloads.all,
      chosen: chosenModels(readModelSettings()),
      describeFolder: (folder) => this.#store.describeFolder(folder),
      dtype: getSetting("dtype"),
      machine: this.#store.machine,
    });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) return node.kind === "group" ? [...node.rows] : [];
    try {
      const present = await this.#store.read();
      const rows = await this.rows();
      this.#downloadRows = rows.downloads.filter((row) => row.kind === "download");
      this.#showTotals(present);
      this.#view.message = isFirstLook(rows)
        ? vscode.l10n.t(
            "Only the small model that comes along is here. For prose, download a larger one or add your own.",
          )
        : "";
      this.#watchElsewhere(rows);
      return GROUPS.filter((group) => rows[group].length > 0).map((group) => ({
        kind: "group",
        group,
        rows: rows[group],
      }));
    } catch (error) {
      // The view's welcome says what to do.
      this.#view.description = "";
      this.#view.message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }

  getTreeItem(shown: Node): vscode.TreeItem {
    const node = this.#withProgress(shown);
    if (node.kind === "group") {
      const item = new vscode.TreeItem(groupName(node.group), vscode.TreeItemCollapsibleState.Expanded);
      item.id = node.group;
      item.contextValue = `group ${node.group}`;
      item.description = String(node.rows.length);
      return item;
    }
    const description = describeRow(node);
    const { label, owner } = shortName(node.name);
    const item = new vscode.TreeItem(label);
    item.id = `${node.kind} ${node.name}`;
    item.description = owner === "" ? description : `${description} · ${owner}`;
    item.iconPath = iconOf(node);
    const isUnused = node.kind === "model" && !node.uses.some(({ kind }) => kind === "all");
    item.contextValue = [node.kind, ...(isUnused ? ["unused"] : []), ...node.abilities].join(" ");
    item.accessibilityInformation = { label: `${node.name}, ${description}` };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    if (node.kind !== "group") item.tooltip = tooltipOf(node);
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#progressTimer);
    this.#disposables.dispose();
  }

  #showTotals({ installed, unfinished, freeBytes }: PresentModels): void {
    const bytes = [...installed.map((one) => one.bytes), ...unfinished.map(({ bytesDone }) => bytesDone)];
    const used = formatBytes(bytes.reduce((sum, one) => sum + one, 0));
    this.#view.description = vscode.l10n.t("{0}, {1} free", used, formatBytes(freeBytes));
    const count = this.#downloads.all.filter(({ isRunning }) => isRunning).length;
    this.#view.badge = count > 0 ? { value: count, tooltip: vscode.l10n.t("Downloads: {0}", count) } : undefined;
  }

  #watchElsewhere({ downloads }: Record<Group, AnyRow[]>): void {
    const isElsewhere = downloads.some((row) => row.kind === "download" && row.state === "elsewhere");
    if (isElsewhere && this.#view.visible) this.#redrawAll(ELSEWHERE_EVERY_MS);
  }

  /** Reads and draws all anew, soon; what asks again meanwhile is drawn with it. */
  #redrawAll(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (afterMs > 0) this.#store.refresh();
      else this.#changed.fire(undefined);
    }, afterMs);
  }

  /** Draws the rows of downloads anew, and nothing else. */
  #redrawProgress(): void {
    this.#progressTimer ??= setTimeout(() => {
      this.#progressTimer = undefined;
      for (const row of this.#downloadRows) if (row.state === "running") this.#changed.fire(row);
    }, PROGRESS_EVERY_MS);
  }

  #withProgress(node: Node): Node {
    if (node.kind !== "download" || node.state !== "running") return node;
    const progress = this.#downloads.all.find(({ name }) => name === node.name)?.progress;
    return progress ? { ...node, progress } : node;
  }
}

/** Whether there is nothing yet but the models that come with the extension. */
function isFirstLook({ inUse, here, downloads }: Record<Group, AnyRow[]>): boolean {
  return (
    downloads.length === 0 && [...inUse, ...here].every((row) => row.kind === "model" && row.origin === "embedded")
  );
}
