import type { MemoryUse } from "../../shared/memory.ts";

/** What stands around the cursor: all that ghost text depends on. Lines end in `\n`, whatever the document has. */
export interface Place {
  /** Tells documents apart. */
  readonly documentId: string;
  /** The file's path in its workspace; absent for a document that is no file. */
  readonly path: string | undefined;
  readonly languageId: string;
  /** The text before the cursor, from the start of a line that stays the same for many keystrokes. */
  readonly before: string;
  /** The rest of the cursor's line. */
  readonly after: string;
  /** The first line below the cursor's that is not blank, if it is near. */
  readonly nextLine: string | undefined;
  /** The lines below the cursor's, as many as a model that fills in the middle may look at. */
  readonly below: string;
  /** Whether the editor indents this document with tabs; what its text shows goes first. */
  readonly prefersTabs: boolean;
  /** What a request here may know of the workspace; absent: nothing. */
  readonly memory?: MemoryUse | undefined;
}

/** The cursor's line up to the cursor. */
export function lineBefore({ before }: Pick<Place, "before">): string {
  return before.slice(before.lastIndexOf("\n") + 1);
}
