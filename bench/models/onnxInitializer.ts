/**
 * Weights inside an ONNX file. Protobuf merges messages that follow one another, so a file may be written as many
 * fragments of a `ModelProto`, each with a graph of one initializer: gigabytes never have to be whole in memory.
 */
import * as fs from "node:fs";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** `TensorProto.DataType` */
const TYPE = { float32: 1, int8: 3 } as const;
export type StoredType = keyof typeof TYPE;

export interface StoredInitializer {
  name: string;
  type: StoredType;
  shape: readonly number[];
  data: Float32Array | Int8Array;
}

export function appendInitializer(file: number, { name, type, shape, data }: StoredInitializer): void {
  const tensor = new BinaryWriter();
  for (const dimension of shape) tensor.tag(1, WireType.Varint).int64(dimension);
  tensor.tag(2, WireType.Varint).int32(TYPE[type]);
  tensor.tag(8, WireType.LengthDelimited).string(name);
  tensor.tag(9, WireType.LengthDelimited).uint32(data.byteLength); // raw_data
  const tensorHead = tensor.finish();
  const tensorLength = tensorHead.length + data.byteLength;
  const graphHead = new BinaryWriter().tag(5, WireType.LengthDelimited).uint32(tensorLength).finish();
  const modelHead = new BinaryWriter()
    .tag(7, WireType.LengthDelimited)
    .uint32(graphHead.length + tensorLength)
    .finish();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (const part of [modelHead, graphHead, tensorHead, bytes]) {
    for (let done = 0; done < part.length;) done += fs.writeSync(file, part, done);
  }
}
