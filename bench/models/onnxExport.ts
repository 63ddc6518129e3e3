/**
 * Writes the checkpoint as transformers.js finds it on the hub: `onnx/model.onnx` and `onnx/model_quantized.onnx`, with
 * `past_key_values.*` as inputs and `present.*` as outputs, as Hugging Face's optimum exports a decoder.
 *
 * Where an export has chains of small operators that ONNX Runtime fuses when it loads them (layer norm, GELU), this
 * graph has the fused operator, so that nothing hangs on a fusion that fails to match. As in the hub's files, the
 * output layer has a copy of the token embedding of its own, and logits of all tokens are returned.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { type Checkpoint, readTensor } from "../../src/engine/model/checkpoint.ts";
import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";
import { attentionScale } from "../../src/engine/model/gpt2Layers.ts";
import { GraphBuilder, type Value } from "../../src/engine/model/graphBuilder.ts";
import { appendInitializer, type StoredType } from "./onnxInitializer.ts";
import { transpose } from "../../src/engine/model/transpose.ts";

/** transformers.js's names: `q8` is a model quantized dynamically to 8 bits. */
export type ExportDtype = "fp32" | "q8";

const FILES: Record<ExportDtype, string> = { fp32: "model.onnx", q8: "model_quantized.onnx" };

/** `TensorProto.DataType` of casts. */
const FLOAT = 1;

/** Writes the export into the model's folder. */
export function writeOnnxExport(checkpoint: Checkpoint, dtype: ExportDtype): void {
  const folder = path.join(checkpoint.folder, "onnx");
  fs.mkdirSync(folder, { recursive: true });
  const output = fs.openSync(path.join(folder, FILES[dtype]), "w");
  try {
    new Export(checkpoint, dtype, output).write();
  } finally {
    fs.closeSync(output);
  }
}

/** The weights are appended to the file as the graph names them; the graph itself comes last. */
class Export {
  readonly #graph = new GraphBuilder(undefined);
  readonly #checkpoint: Checkpoint;
  readonly #config: Gpt2Config;
  readonly #dtype: ExportDtype;
  readonly #output: number;

  constructor(checkpoint: Checkpoint, dtype: ExportDtype, output: number) {
    this.#checkpoint = checkpoint;
    this.#config = checkpoint.config;
    this.#dtype = dtype;
    this.#output = output;
  }

  write(): void {
    const graph = this.#graph;
    const config = this.#config;
    const { layers, heads, headDim, vocabularySize } = config;
    const ids = graph.input("input_ids", "int64", ["batch_size", "sequence_length"]);
    const attentionMask = graph.input("attention_mask", "int64", ["batch_size", "total_sequence_length"]);
    const positions = graph.input("position_ids", "int64", ["batch_size", "sequence_length"]);
    const mask = this.#causalMask(attentionMask, positions);
    let x = graph.node("Add", [this.#tokenRows(ids), graph.node("Gather", [this.#vector("wpe.weight"), positions])]);
    for (let layer = 0; layer < layers; layer++) {
      for (const which of ["key", "value"]) {
        const shape = (length: string): (string | number)[] => ["batch_size", heads, length, headDim];
        graph.input(`past_key_values.${layer}.${which}`, "float32", shape("past_sequence_length"));
        graph.output(`present.${layer}.${which}`, "float32", shape("total_sequence_length"));
      }
      x = graph.node("Add", [x, this.#attend(layer, x, mask)]);
      x = graph.node("Add", [x, this.#feedForward(layer, x)]);
    }
    const embedding = readTensor(this.#checkpoint, "wte.weight");
    const head = transpose(embedding, vocabularySize, config.width);
    this.#linear(this.#layerNorm(x, "ln_f"), "lm_head", head, vocabularySize, undefined, "logits");
    graph.output("logits", "float32", ["batch_size", "sequence_length", vocabularySize]);
    fs.writeSync(this.#output, graph.encode(`gpt2_${this.#dtype}`));
  }

  /** float32 `[batch, 1, tokens, total]`: 0 where a query may look, very negative elsewhere. */
  #causalMask(attentionMask: Value, positions: Value): Value {
    const graph = this.#graph;
    const total = graph.node("Gather", [graph.node("Shape", [attentionMask]), graph.int64([1])]);
    const keys = graph.node("Range", [graph.int64([0]), total, graph.int64([1])]);
    const queries = graph.node("Unsqueeze", [positions, graph.int64([1, 3])]);
    const allowed = graph.node("LessOrEqual", [keys, queries]);
    return graph.node("Where", [allowed, this.#float("mask_allowed", 0), this.#float("mask_hidden", -1e9)]);
  }

  #tokenRows(ids: Value): Value {
    if (this.#dtype === "fp32") return this.#graph.node("Gather", [this.#vector("wte.weight"), ids]);
    const { vocabularySize, width } = this.#config;
    const { numbers, scale } = quantizeTensor(readTensor(this.#checkpoint, "wte.weight"));
    const rows = this.#graph.node("Gather", [
      this.#store("wte.quantized", "int8", [vocabularySize, width], numbers),
      ids,
    ]);
    return this.#graph.node("DequantizeLinear", [rows, this.#float("wte.scale", scale), this.#zeroPoint()]);
  }

  #attend(layer: number, x: Value, mask: Value): Value {
    const graph = this.#graph;
    const config = this.#config;
    const { heads, headDim, width } = config;
    const name = `h.${layer}`;
    const normalized = this.#layerNorm(x, `${name}.ln_1`);
    const joined = this.#layerLinear(normalized, `${name}.attn.c_attn`, 3 * width);
    const [q = "", k = "", v = ""] = graph.split(joined, graph.int64([width, width, width]), 3, 2);
    const intoHeads = (value: Value): Value =>
      graph.node("Transpose", [graph.node("Reshape", [value, graph.int64([0, 0, heads, headDim])])], {
        perm: { ints: [0, 2, 1, 3] },
      });
    const extend = (which: string, value: Value): Value =>
      graph.node(
        "Concat",
        [`past_key_values.${layer}.${which}`, intoHeads(value)],
        { axis: { int: 2 } },
        "",
        `present.${layer}.${which}`,
      );
    const keys = graph.node("Transpose", [extend("key", k)], { perm: { ints: [0, 1, 3, 2] } });
    const values = extend("value", v);
    const scale = this.#float(`${name}.scale`, attentionScale(config, layer));
    const scores = graph.node("Mul", [graph.node("MatMul", [intoHeads(q), keys]), scale]);
    const probabilities = graph.node("Softmax", [graph.node("Add", [scores, mask])], { axis: { int: -1 } });
    const mixed = graph.node("Transpose", [graph.node("MatMul", [probabilities, values])], {
      perm: { ints: [0, 2, 1, 3] },
    });
    const flat = graph.node("Reshape", [mixed, graph.int64([0, 0, width])]);
    return this.#layerLinear(flat, `${name}.attn.c_proj`, width);
  }

  #feedForward(layer: number, x: Value): Value {
    const graph = this.#graph;
    const config = this.#config;
    const name = `h.${layer}`;
    const inner = this.#layerLinear(this.#layerNorm(x, `${name}.ln_2`), `${name}.mlp.c_fc`, config.innerWidth);
    const activated = graph.node("Gelu", [inner], { approximate: { string: "tanh" } });
    return this.#layerLinear(activated, `${name}.mlp.c_proj`, config.width);
  }

  #layerNorm(x: Value, name: string): Value {
    const inputs = [x, this.#vector(`${name}.weight`), this.#vector(`${name}.bias`)];
    const attributes = { axis: { int: -1 }, epsilon: { float: this.#config.layerNormEpsilon } };
    return this.#graph.node("LayerNormalization", inputs, attributes);
  }

  #layerLinear(x: Value, name: string, n: number): Value {
    return this.#linear(x, name, readTensor(this.#checkpoint, `${name}.weight`), n, `${name}.bias`);
  }

  /** x `[…, K]` times a matrix `[K, N]`, plus a bias. */
  #linear(x: Value, name: string, matrix: Float32Array, n: number, bias?: string, as?: string): Value {
    const product =
      this.#dtype === "fp32"
        ? this.#floatProduct(x, name, matrix, n, as)
        : this.#integerProduct(x, name, matrix, n, as);
    return bias === undefined ? product : this.#graph.node("Add", [product, this.#vector(bias)]);
  }

  #floatProduct(x: Value, name: string, matrix: Float32Array, n: number, as?: string): Value {
    return this.#graph.node(
      "MatMul",
      [x, this.#store(`${name}.matrix`, "float32", [matrix.length / n, n], matrix)],
      {},
      "",
      as,
    );
  }

  /** What onnxruntime's `quantize_dynamic` makes of a product: weights in int8 by tensor, activations in uint8 at run time. */
  #integerProduct(x: Value, name: string, matrix: Float32Array, n: number, as?: string): Value {
    const graph = this.#graph;
    const { numbers, scale } = quantizeTensor(matrix);
    const quantized = graph.freshName();
    const activationScale = graph.freshName();
    const activationZero = graph.freshName();
    graph.nodeWithOutputs("DynamicQuantizeLinear", [x], [quantized, activationScale, activationZero]);
    const stored = this.#store(`${name}.quantized`, "int8", [matrix.length / n, n], numbers);
    const sums = graph.node("MatMulInteger", [quantized, stored, activationZero, this.#zeroPoint()]);
    const scales = graph.node("Mul", [activationScale, this.#float(`${name}.scale`, scale)]);
    return graph.node("Mul", [graph.node("Cast", [sums], { to: { int: FLOAT } }), scales], {}, "", as);
  }

  #vector(name: string): Value {
    const shape = this.#checkpoint.tensors.get(name)?.shape ?? [];
    return this.#store(name, "float32", shape, readTensor(this.#checkpoint, name));
  }

  #float(name: string, value: number): Value {
    return this.#store(name, "float32", [], Float32Array.of(value));
  }

  #hasZeroPoint = false;

  #zeroPoint(): Value {
    if (this.#hasZeroPoint) return "zero_point";
    this.#hasZeroPoint = true;
    return this.#store("zero_point", "int8", [], Int8Array.of(0));
  }

  #store(name: string, type: StoredType, shape: readonly number[], data: Float32Array | Int8Array): Value {
    appendInitializer(this.#output, { name, type, shape, data });
    return name;
  }
}

/** Symmetric, one scale a tensor. */
function quantizeTensor(values: Float32Array): { numbers: Int8Array; scale: number } {
  let extreme = 0;
  for (const value of values) extreme = Math.max(extreme, Math.abs(value));
  const scale = extreme / 127;
  const numbers = new Int8Array(values.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.round((values[i] ?? 0) / scale);
  return { numbers, scale };
}
