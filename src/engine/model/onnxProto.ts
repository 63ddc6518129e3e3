/**
 * The few messages of ONNX's protobuf format that a decoder needs, encoded by hand-written field numbers from
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Weights are external data: a name, an offset and a length.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** `TensorProto.DataType` */
export const DATA_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, float16: 10 } as const;
export type DataType = keyof typeof DATA_TYPE;

/** A dimension is a number, or the name of one that is known at run time. */
export type Dimension = number | string;

export interface ValueInfo {
  name: string;
  type: DataType;
  shape: readonly Dimension[];
}

export type Attribute = { int: number } | { float: number } | { ints: readonly number[] } | { string: string };

export interface Node {
  operator: string;
  /** Empty for ONNX's own operators. */
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer {
  name: string;
  type: DataType;
  shape: readonly number[];
  data: Uint8Array | { file: string; offset: number; byteLength: number };
}

export interface Graph {
  name: string;
  nodes: readonly Node[];
  initializers: readonly Initializer[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
}

/** `AttributeProto.AttributeType` */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;
const EXTERNAL = 1;

/** Encodes a `ModelProto` with the given operator sets (domain to version). */
export function encodeModel(graph: Graph, operatorSets: Readonly<Record<string, number>>): Uint8Array {
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int64(10); // ir_version
  w.tag(2, WireType.LengthDelimited).string("localghost"); // producer_name
  message(w, 7, () => writeGraph(w, graph));
  for (const [domain, version] of Object.entries(operatorSets)) {
    message(w, 8, () => {
      w.tag(1, WireType.LengthDelimited).string(domain);
      w.tag(2, WireType.Varint).int64(version);
    });
  }
  return w.finish();
}

function message(w: BinaryWriter, field: number, write: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  write();
  w.join();
}

function writeGraph(w: BinaryWriter, graph: Graph): void {
  for (const [index, node] of graph.nodes.entries()) message(w, 1, () => writeNode(w, node, index));
  w.tag(2, WireType.LengthDelimited).string(graph.name);
  for (const initializer of graph.initializers) message(w, 5, () => writeTensor(w, initializer));
  for (const input of graph.inputs) message(w, 11, () => writeValueInfo(w, input));
  for (const output of graph.outputs) message(w, 12, () => writeValueInfo(w, output));
}

function writeNode(w: BinaryWriter, node: Node, index: number): void {
  for (const input of node.inputs) w.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) w.tag(2, WireType.LengthDelimited).string(output);
  w.tag(3, WireType.LengthDelimited).string(`${node.operator}_${index}`);
  w.tag(4, WireType.LengthDelimited).string(node.operator);
  for (const [name, attribute] of Object.entries(node.attributes))
    message(w, 5, () => writeAttribute(w, name, attribute));
  w.tag(7, WireType.LengthDelimited).string(node.domain);
}

function writeAttribute(w: BinaryWriter, name: string, attribute: Attribute): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  let type: number;
  if ("float" in attribute) {
    w.tag(2, WireType.Bit32).float(attribute.float);
    type = ATTRIBUTE_TYPE.float;
  } else if ("int" in attribute) {
    w.tag(3, WireType.Varint).int64(attribute.int);
    type = ATTRIBUTE_TYPE.int;
  } else if ("string" in attribute) {
    w.tag(4, WireType.LengthDelimited).string(attribute.string);
    type = ATTRIBUTE_TYPE.string;
  } else {
    for (const value of attribute.ints) w.tag(8, WireType.Varint).int64(value);
    type = ATTRIBUTE_TYPE.ints;
  }
  w.tag(20, WireType.Varint).int32(type);
}

function writeTensor(w: BinaryWriter, { name, type, shape, data }: Initializer): void {
  for (const dimension of shape) w.tag(1, WireType.Varint).int64(dimension);
  w.tag(2, WireType.Varint).int32(DATA_TYPE[type]);
  w.tag(8, WireType.LengthDelimited).string(name);
  if (data instanceof Uint8Array) {
    w.tag(9, WireType.LengthDelimited).bytes(data);
    return;
  }
  const external = { location: data.file, offset: String(data.offset), length: String(data.byteLength) };
  for (const [key, value] of Object.entries(external)) {
    message(w, 13, () => {
      w.tag(1, WireType.LengthDelimited).string(key);
      w.tag(2, WireType.LengthDelimited).string(value);
    });
  }
  w.tag(14, WireType.Varint).int32(EXTERNAL);
}

function writeValueInfo(w: BinaryWriter, { name, type, shape }: ValueInfo): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  message(w, 2, () =>
    message(w, 1, () => {
      w.tag(1, WireType.Varint).int32(DATA_TYPE[type]);
      message(w, 2, () => {
        for (const dimension of shape) {
          message(w, 1, () => {
            if (typeof dimension === "number") w.tag(1, WireType.Varint).int64(dimension);
            else w.tag(2, WireType.LengthDelimited).string(dimension);
          });
        }
      });
    }),
  );
}
