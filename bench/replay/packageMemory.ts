/** What the memory has while a passage is typed: the rest of its package, as if that were the workspace. */
import { toModelText } from "../../src/extension/completion/indentation.ts";
import { importsOf } from "../../src/extension/memory/imports.ts";
import { readPackage, type SourceFile } from "../memory/archive.ts";
import { isCopy } from "../memory/heldOut.ts";
import { archiveName, REPLAYED } from "../memory/packages.ts";
import type { EngineText } from "./engineText.ts";
import type { Passage } from "./replayFile.ts";

const read = new Map<string, SourceFile[]>();

/**
 * Fills the memory with the other files of a passage's package, and with what its own file says around it. A file that
 * has much of the same lines, as what was built from it has, is left out.
 */
export async function rememberPackage(engine: EngineText, { file, start, end }: Passage): Promise<void> {
  // As prompts have it.
  const before = toModelText(file.text.slice(0, start));
  const after = toModelText(file.text.slice(end));
  const passage = { text: file.text.slice(start, end) };
  const others = filesOf(file.source).filter(
    (other) => other.path !== file.path && !isCopy(file, other) && !isCopy(passage, other),
  );
  const known = others.map(({ path, text }) => ({ path, text: toModelText(text) }));
  await engine.remember([...known, { path: file.path, text: before + after }], {
    path: file.path,
    offset: before.length,
    imports: importsOf(before + after),
  });
}

function filesOf(source: string): SourceFile[] {
  let files = read.get(source);
  if (!files) {
    const wanted = REPLAYED.find((one) => archiveName(one) === source);
    if (!wanted) throw new Error(`${source} is not among the packages of bench/memory/packages.ts.`);
    files = readPackage(wanted);
    read.set(source, files);
  }
  return files;
}
