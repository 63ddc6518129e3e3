/**
 * `npm run bench:formats`: what each dtype costs in quality, as bits per byte of text that the embedded model has not
 * seen: sources, declarations and READMEs of pinned packages that are not in its training set.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { Engine } from "../src/engine/engine.ts";
import { DTYPES, type Dtype } from "../src/shared/protocol.ts";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "models", "localghost-nano");
/** Development dependencies whose text is not in the model's card. */
const heldOut = [
  "node_modules/esbuild/lib/main.d.ts",
  "node_modules/prettier/index.d.ts",
  "node_modules/typescript-eslint/dist/compatibility-types.d.ts",
  "node_modules/vscode-jsonrpc/lib/common/connection.js",
  "node_modules/vscode-jsonrpc/lib/common/messageReader.js",
  "node_modules/@bufbuild/protobuf/dist/esm/wire/binary-encoding.js",
  "node_modules/@bufbuild/protobuf/README.md",
  "node_modules/@vscode/vsce/README.md",
  "node_modules/@vscode/test-electron/README.md",
];
/** Enough of each that no single file decides. */
const MOST_CHARACTERS = 16_000;

interface Row {
  dtype: Dtype;
  bitsPerByte: number;
  megabytes: number;
}

const texts = heldOut.map((file) => fs.readFileSync(path.join(root, file), "utf8").slice(0, MOST_CHARACTERS));
const engine = new Engine({ cacheFolder: path.join(root, "node_modules", ".cache", "packed") });
const rows: Row[] = [];
for (const dtype of [...DTYPES].reverse()) rows.push(await measure(dtype));
await engine.dispose();
process.stdout.write(markdown(rows));

async function measure(dtype: Dtype): Promise<Row> {
  let bits = 0;
  let bytes = 0;
  for (const text of texts) {
    const params = { model: { folder, dtype, device: "cpu" as const }, text, priority: "action" as const };
    const { totalNats, bitsPerByte } = await engine.score(params, new AbortController().signal);
    bits += totalNats / Math.LN2;
    bytes += totalNats / Math.LN2 / bitsPerByte;
  }
  const megabytes = fs.statSync(path.join(folder, `localghost-${dtype}.safetensors`)).size / 1e6;
  return { dtype, bitsPerByte: bits / bytes, megabytes };
}

function markdown(measured: readonly Row[]): string {
  const exact = measured.find(({ dtype }) => dtype === "fp32")?.bitsPerByte ?? NaN;
  const lines = measured.map(({ dtype, bitsPerByte, megabytes }) => {
    const more = `${(100 * (bitsPerByte / exact - 1)).toFixed(2)}%`;
    return `| ${dtype} | ${bitsPerByte.toFixed(4)} | ${more} | ${megabytes.toFixed(1)} |`;
  });
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return [
    `localghost-nano on ${characters} characters of ${texts.length} held-out files.`,
    "",
    "| dtype | bits per byte | more than fp32 | packed, MB |",
    "| --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}
