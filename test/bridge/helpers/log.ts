import fs from 'node:fs';
import path from 'node:path';

export interface Chunk {
  readonly stream: number;
  readonly ended: number;
  readonly offset: number;
  readonly time: number;
  readonly data: Buffer;
}

const HEADER = 24;

/** The chunks of one segment as docs/logs.md describes them; throws on anything else, a cut last chunk too. Zeros end a segment. */
export function readSegment(file: string): readonly Chunk[] {
  const bytes = fs.readFileSync(file);
  const chunks: Chunk[] = [];
  for (let at = 0; at < bytes.length;) {
    const version = bytes.readUInt8(at + 1);
    if (version === 0 && bytes.subarray(at, at + HEADER).every((byte) => byte === 0)) break;
    if (version < 1 || version > 3) throw new Error(`no chunk at ${at}`);
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + HEADER, at + HEADER + length);
    if (data.length !== length || length > 256 * 1024) throw new Error(`bad length at ${at}`);
    chunks.push({
      stream: bytes.readUInt8(at),
      ended: bytes.readUInt8(at + 2),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      time: Number(bytes.readBigUInt64LE(at + 16)) / 1000,
      data,
    });
    at += HEADER + length + bytes.readUInt8(at + 3);
  }
  return chunks;
}

export const segmentsOf = (folder: string): readonly string[] => fs.readdirSync(folder).sort();

export function readLog(folder: string): readonly Chunk[] {
  return segmentsOf(folder).flatMap((name) => [...readSegment(path.join(folder, name))]);
}

/** The bytes of a stream, checked to follow on each other; `from` is where the kept ones begin. */
export function streamOf(chunks: readonly Chunk[], stream: 1 | 2): { readonly from: number; readonly bytes: Buffer } {
  const own = chunks.filter((chunk) => chunk.stream === stream);
  const from = own[0]?.offset ?? 0;
  let next = from;
  for (const chunk of own) {
    if (chunk.offset !== next) throw new Error(`offset ${chunk.offset} where ${next} was expected`);
    next += chunk.data.length;
  }
  return { from, bytes: Buffer.concat(own.map((chunk) => chunk.data)) };
}
