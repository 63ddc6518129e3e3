import * as fs from "node:fs";
import * as path from "node:path";
import { LocalghostError, type ErrorKind } from "../../../src/shared/errors.ts";

/** A safetensors file from any header, whether it tells the truth or not. */
export function safetensorsBytes(header: unknown, dataBytes = 0): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

/** Changes a model's config.json. */
export function editConfig(folder: string, changes: Readonly<Record<string, unknown>>): void {
  const file = path.join(folder, "config.json");
  const config = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  fs.writeFileSync(file, JSON.stringify({ ...config, ...changes }));
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Rewrites the header of a safetensors file and leaves its data. */
export function editHeader(file: string, edit: (header: Record<string, HeaderEntry>) => void): void {
  const bytes = fs.readFileSync(file);
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, end)) as Record<string, HeaderEntry>;
  edit(header);
  fs.writeFileSync(file, Buffer.concat([safetensorsBytes(header), bytes.subarray(end)]));
}

/** A check for assert.throws: this kind, and one sentence of one line that matches. */
export function fails(kind: ErrorKind, sentence: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof LocalghostError)) throw error;
    const { message } = error;
    if (error.kind !== kind) throw new Error(`the kind is ${error.kind}: ${message}`);
    if (!sentence.test(message)) throw new Error(`the message is another: ${message}`);
    if (message.includes("\n") || !message.endsWith(".")) throw new Error(`this is no sentence: ${message}`);
    return true;
  };
}
