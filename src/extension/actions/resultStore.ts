import { Emitter, type Event } from "vscode-jsonrpc";
import type { Memory } from "./recentValues.ts";
import type { ResultRecord, Source } from "./result.ts";

const KEY = "results";
/** Raised whenever a stored record changes its shape: older ones are forgotten. */
const VERSION = 1;
const MOST = 50;
/** A longer source is not kept from one session to the next: fifty of them would fill the workspace's storage. */
const LONGEST_KEPT_SOURCE = 20_000;
const CANDIDATES_KEPT = 5;

interface Stored {
  readonly version: number;
  readonly records: readonly ResultRecord[];
}

/** The results of a workspace, newest first; those that are done outlive the session. */
export class ResultStore {
  readonly #memory: Memory;
  readonly #changed = new Emitter<ResultRecord>();
  readonly #cleared = new Emitter<readonly ResultRecord[]>();
  #records: readonly ResultRecord[];

  constructor(memory: Memory) {
    this.#memory = memory;
    const stored = memory.get(KEY) as Stored | undefined;
    this.#records = stored?.version === VERSION ? stored.records : [];
  }

  /** A record is new or has changed. */
  readonly onDidChange: Event<ResultRecord> = this.#changed.event;
  /** These records are gone. */
  readonly onDidRemove: Event<readonly ResultRecord[]> = this.#cleared.event;

  get all(): readonly ResultRecord[] {
    return this.#records;
  }

  get(id: string): ResultRecord | undefined {
    return this.#records.find((record) => record.id === id);
  }

  add(record: ResultRecord): void {
    const records = [record, ...this.#records];
    this.#records = records.slice(0, MOST);
    this.#changed.fire(record);
    const dropped = records.slice(MOST);
    if (dropped.length > 0) this.#cleared.fire(dropped);
  }

  /** Changes a record, if it is still there. */
  update(id: string, change: Partial<Pick<ResultRecord, "outcome" | "warning">>): void {
    const changed = this.#replace(id, change);
    if (!changed) return;
    this.#changed.fire(changed);
    if (changed.outcome.kind === "done") this.#save();
  }

  /** The text that a record was made from stands elsewhere. Nothing to show changes by it. */
  moveSource(id: string, source: Source): void {
    this.#replace(id, { source });
  }

  clear(): void {
    const removed = this.#records;
    this.#records = [];
    this.#save();
    this.#cleared.fire(removed);
  }

  #replace(id: string, change: Partial<ResultRecord>): ResultRecord | undefined {
    const old = this.get(id);
    if (!old) return undefined;
    const next = { ...old, ...change };
    this.#records = this.#records.map((record) => (record === old ? next : record));
    return next;
  }

  #save(): void {
    const records = this.#records.flatMap((record) => kept(record) ?? []);
    void this.#memory.update(KEY, { version: VERSION, records } satisfies Stored);
  }
}

/** What of a record outlives the session. */
function kept(record: ResultRecord): ResultRecord | undefined {
  if (record.outcome.kind !== "done") return undefined;
  const { result } = record.outcome;
  const source = record.source.text.length > LONGEST_KEPT_SOURCE ? { ...record.source, text: "" } : record.source;
  const candidates = result.candidates.slice(0, CANDIDATES_KEPT);
  return { ...record, source, outcome: { kind: "done", result: { ...result, candidates } } };
}
