import * as path from "node:path";
import type { Attribute, DataType, Dimension, Initializer, Node, ValueInfo } from "./onnxProto.ts";
import { DATA_TYPE, encodeModel } from "./onnxProto.ts";
import { type PackedWeights, quantizedBits } from "./packedWeights.ts";
import { BLOCK_SIZE } from "./quantize.ts";
import type { TensorDtype } from "./safetensors.ts";

/** ONNX operator sets: 20 brought Gelu; `com.microsoft` holds ONNX Runtime's contributed operators. */
const OPERATOR_SETS = { "": 20, "com.microsoft": 1 };
export const MICROSOFT = "com.microsoft";

/** A value in the graph, by its name. */
export type Value = string;

/** The type that activations have, and that weights are cast to unless they stay quantized. */
export type Arithmetic = "float32" | "float16";

type Attributes = Readonly<Record<string, Attribute>>;

/** Collects the nodes of an ONNX graph whose weights stay in a packed file; each method returns the value it makes. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #weights: PackedWeights | undefined;
  readonly #arithmetic: Arithmetic;
  #nameCount = 0;

  /** @param weights absent for a graph without weights */
  constructor(weights: PackedWeights | undefined, arithmetic: Arithmetic = "float32") {
    this.#weights = weights;
    this.#arithmetic = arithmetic;
  }

  input(name: string, type: DataType, shape: readonly Dimension[]): Value {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Declares a value, made under this name, as an output of the graph. */
  output(name: Value, type: DataType, shape: readonly Dimension[]): void {
    this.#outputs.push({ name, type, shape });
  }

  /** Adds a node with one output, named `as` or by a counter. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}, domain = "", as?: string): Value {
    return this.nodeWithOutputs(operator, inputs, [as ?? this.freshName()], attributes, domain);
  }

  /** Adds a node whose outputs are named; returns the first. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly [Value, ...Value[]],
    attributes: Attributes = {},
    domain = "",
  ): Value {
    this.#nodes.push({ operator, domain, inputs, outputs, attributes });
    return outputs[0];
  }

  /** Splits a value along an axis into as many parts as `sizes` has entries. */
  split(value: Value, sizes: Value, parts: number, axis: number): Value[] {
    const outputs = Array.from({ length: parts }, () => this.freshName());
    this.#nodes.push({
      operator: "Split",
      domain: "",
      inputs: [value, sizes],
      outputs,
      attributes: { axis: { int: axis } },
    });
    return outputs;
  }

  /** A constant vector of whole numbers; equal ones are one initializer. */
  int64(values: readonly number[]): Value {
    const name = `int64_${values.join("_")}`;
    const data = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
    this.#initializers.set(name, { name, type: "int64", shape: [values.length], data });
    return name;
  }

  /** A constant number. */
  float32(value: number): Value {
    const name = `float32_${value}`;
    const data = new Uint8Array(Float32Array.of(value).buffer);
    this.#initializers.set(name, { name, type: "float32", shape: [1], data });
    return name;
  }

  /** A tensor of the packed file, by its name there. */
  weight(name: string, shape?: readonly number[]): Value {
    const tensor = this.#weights?.tensors.get(name);
    if (!this.#weights || !tensor) throw new Error(`no packed tensor ${name}`);
    this.#initializers.set(name, {
      name,
      type: onnxType(tensor.dtype),
      shape: shape ?? tensor.shape,
      data: { file: path.basename(this.#weights.path), offset: tensor.offset, byteLength: tensor.byteLength },
    });
    return name;
  }

  /** A tensor of the packed file in the type of the arithmetic. A cast constant is folded when the session is made. */
  #operand(name: string, shape?: readonly number[]): Value {
    const weight = this.weight(name, shape);
    const stored = this.#initializers.get(name)?.type;
    return stored === this.#arithmetic ? weight : this.cast(weight, this.#arithmetic);
  }

  cast(value: Value, type: DataType, as?: string): Value {
    return this.node("Cast", [value], { to: { int: DATA_TYPE[type] } }, "", as);
  }

  /**
   * x `[…, K]` times a packed matrix `[N, K]`, transposed, plus a bias: `[…, N]`.
   * Quantized weights multiply in int8 (`accuracy_level` 4), which is many times faster than restoring float32 first.
   */
  linear(x: Value, matrix: string, n: number, k: number, bias?: string, as?: string): Value {
    const bits = this.#weights && quantizedBits(this.#weights.dtype);
    if (bits !== undefined) {
      const inputs = [
        x,
        this.weight(`${matrix}.quantized`),
        this.#operand(`${matrix}.scales`, [this.#scaleCount(matrix)]),
      ];
      if (bias !== undefined) inputs.push("", "", this.#operand(bias));
      const attributes = { K: k, N: n, bits, block_size: BLOCK_SIZE, accuracy_level: 4 };
      return this.node("MatMulNBits", inputs, intAttributes(attributes), MICROSOFT, as);
    }
    // Transposing a constant is folded when the session is made, as casting one is.
    const transposed = this.node("Transpose", [this.#operand(matrix)], { perm: { ints: [1, 0] } });
    if (bias === undefined) return this.node("MatMul", [x, transposed], {}, "", as);
    return this.node("Add", [this.node("MatMul", [x, transposed]), this.#operand(bias)], {}, "", as);
  }

  #scaleCount(matrix: string): number {
    return (this.#weights?.tensors.get(`${matrix}.scales`)?.byteLength ?? 0) / 4;
  }

  /** The sum of two values and its layer norm, in one node of ONNX Runtime's. */
  addAndNormalize(x: Value, y: Value, name: string, epsilon: number): { sum: Value; normalized: Value } {
    const inputs = [x, y, this.#operand(`${name}.weight`), this.#operand(`${name}.bias`)];
    const sum = this.freshName();
    const normalized = this.nodeWithOutputs(
      "SkipLayerNormalization",
      inputs,
      [this.freshName(), "", "", sum],
      { epsilon: { float: epsilon } },
      MICROSOFT,
    );
    return { sum, normalized };
  }

  layerNorm(x: Value, name: string, epsilon: number): Value {
    const inputs = [x, this.#operand(`${name}.weight`), this.#operand(`${name}.bias`)];
    return this.node("LayerNormalization", inputs, { axis: { int: -1 }, epsilon: { float: epsilon } });
  }

  /** The ONNX model as bytes; its weights are looked up in the folder that the session is told. */
  encode(name: string): Uint8Array {
    const initializers = [...this.#initializers.values()];
    return encodeModel(
      { name, nodes: this.#nodes, initializers, inputs: this.#inputs, outputs: this.#outputs },
      OPERATOR_SETS,
    );
  }

  /** A name that no other value has. */
  freshName(): string {
    this.#nameCount += 1;
    return `v${this.#nameCount}`;
  }
}

function intAttributes(values: Readonly<Record<string, number>>): Attributes {
  return Object.fromEntries(Object.entries(values).map(([name, int]) => [name, { int }]));
}

function onnxType(dtype: TensorDtype): DataType {
  if (dtype === "F32") return "float32";
  if (dtype === "F16") return "float16";
  if (dtype === "U8") return "uint8";
  throw new Error(`no packed tensor is ${dtype}`);
}
