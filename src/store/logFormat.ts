/**
 * The bytes of a log segment (docs/logs.md). Parsing only.
 */
import type { OutputStream } from '../core/ports.js';

export const HEADER_BYTES = 24;
export const MAX_PAYLOAD = 256 * 1024;
/** 2: written over an older segment, and filled up. 3: the same, and its bytes may be in the pipe of their program still. */
const VERSIONS: ReadonlySet<number> = new Set([1, 2, 3]);

/** A chunk header. `kind` end: `stream` has ended at `offset`; its length is 0. */
export interface LogHeader {
  readonly kind: 'data' | 'end';
  readonly stream: OutputStream;
  readonly length: number;
  /** Bytes of no meaning after the payload. */
  readonly fill: number;
  readonly offset: number;
  /** Milliseconds since 1970, with fraction. */
  readonly time: number;
}

const streamOf = (n: number): OutputStream | null => (n === 1 ? 'stdout' : n === 2 ? 'stderr' : null);

/** The header at `at` of a buffer that holds all 24 bytes of it; null when these bytes are no header. */
export function parseHeader(buffer: Buffer, at: number): LogHeader | null {
  const kind = buffer.readUInt8(at);
  const stream = streamOf(kind === 0 ? buffer.readUInt8(at + 2) : kind);
  const length = buffer.readUInt32LE(at + 4);
  if (stream === null || !VERSIONS.has(buffer.readUInt8(at + 1)) || length > MAX_PAYLOAD) return null;
  return {
    kind: kind === 0 ? 'end' : 'data',
    stream,
    length,
    fill: buffer.readUInt8(at + 3),
    offset: Number(buffer.readBigUInt64LE(at + 8)),
    time: Number(buffer.readBigUInt64LE(at + 16)) / 1000,
  };
}

/** All that a chunk takes in its segment. */
export const chunkBytes = ({ length, fill }: LogHeader): number => HEADER_BYTES + length + fill;
