import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Engine } from "../../engine/engine.ts";
import type { EvalModel } from "../../eval/evalModel.ts";
import { sha256OfFile } from "../../models/fileHash.ts";
import type { ModelInfo, ModelSpec } from "../../shared/protocol.ts";
import { engineTaskModel } from "../taskModel.ts";

/** A model of the engine in this process, with what is known of it once it is loaded. */
export async function engineEvalModel(
  engine: Engine,
  model: ModelSpec,
  signal: AbortSignal,
): Promise<{ evalModel: EvalModel; info: ModelInfo }> {
  const info = await engine.load(model, signal);
  const evalModel: EvalModel = {
    ...(await engineTaskModel(engine, model, signal)),
    ...(info.endOfText === undefined ? {} : { endOfText: info.endOfText }),
    score: (params, cancelled) => engine.score({ ...params, model, priority: "action" }, cancelled),
  };
  return { evalModel, info };
}

/** SHA-256 of a checkpoint's weights: of the file, or of the hashes of all of them. */
export async function weightsHash(folder: string): Promise<string> {
  const isOfCheckpoint = (name: string): boolean =>
    /\.(?:safetensors|onnx)$/.test(name) && !name.startsWith("localghost-");
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => isOfCheckpoint(path.basename(name)));
  // An embedded model in a package has its packed weights alone.
  const packed = fs.readdirSync(folder).filter((name) => name.startsWith("localghost-"));
  const hashed = (files.length > 0 ? files : packed).sort();
  const hashes = await Promise.all(hashed.map((name) => sha256OfFile(path.join(folder, name))));
  const [only] = hashes;
  if (hashes.length === 1 && only !== undefined) return only;
  return createHash("sha256").update(hashes.join("\n")).digest("hex");
}
