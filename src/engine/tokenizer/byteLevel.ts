import { BYTE_OF_CHARACTER } from "../../shared/byteLevelAlphabet.ts";

/** Whether a vocabulary entry is written in the alphabet of bytes. */
export function isByteLevelPiece(piece: string): boolean {
  for (const character of piece) if (!BYTE_OF_CHARACTER.has(character)) return false;
  return true;
}

/** The bytes that a vocabulary entry stands for; characters outside the alphabet stand for their UTF-8 bytes. */
export function bytesOfPiece(piece: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of piece) {
    const byte = BYTE_OF_CHARACTER.get(character);
    if (byte === undefined) bytes.push(...Buffer.from(character, "utf8"));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
