/** Archives byte by byte, so that they can say what no packer would. */
import * as fs from "node:fs";
import * as path from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

export interface Item {
  name: string;
  content?: Buffer;
  /** Where a link points. */
  link?: string;
  /** tar's type flag; zip's mode for a link follows from `link`. */
  type?: string;
  /** zip's, where it is to be wrong. */
  checksum?: number;
}

/** The files of a folder as items below `prefix`. */
export function itemsOf(folder: string, prefix = ""): Item[] {
  return fs
    .readdirSync(folder)
    .map((name) => ({ name: `${prefix}${name}`, content: fs.readFileSync(path.join(folder, name)) }));
}

/** POSIX ustar. */
export function tarOf(items: readonly Item[]): Buffer {
  const blocks = items.flatMap(({ name, content = Buffer.alloc(0), link = "", type }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write("        ", 148);
    header.write(type ?? (link === "" ? "0" : "2"), 156);
    header.write(link, 157, 100);
    header.write("ustar\0" + "00", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function tarGzOf(items: readonly Item[]): Buffer {
  return gzipSync(tarOf(items));
}

/** Deflated entries, then the central directory. */
export function zipOf(items: readonly Item[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = Buffer.alloc(0), link, checksum } of items) {
    const raw = link === undefined ? content : Buffer.from(link);
    const packed = deflateRawSync(raw);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(checksum ?? crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, nameBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((link === undefined ? 0o100644 : 0o120777) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common, tail, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
