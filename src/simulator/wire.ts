/** Frames between the stand-in and the service (docs/simulator-wire.md, 1). All integers little-endian. */
export const WIRE_VERSION = 1;

export const Kind = {
  hello: 1,
  welcome: 2,
  call: 3,
  reply: 4,
  notify: 5,
  count: 6,
  counted: 7,
} as const;

/** A longer frame than this ends the connection; documents of HCS are far smaller. */
export const MAX_FRAME = 64 * 1024 * 1024;

/** One argument or value: null, integer (u64), string, bytes. Numbers given to the encoder must be safe integers >= 0. */
export type WireValue = null | number | bigint | string | Uint8Array;
/** As decoded: integers are always bigint. */
export type DecodedValue = null | bigint | string | Uint8Array;

export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly payload: Buffer;
}

export interface Call {
  readonly opcode: number;
  readonly thread: number;
  readonly args: readonly DecodedValue[];
}

export class WireError extends Error {}

/** Cuts a byte stream into frames whose `u32 length` counts what follows it. Throws WireError on a frame that is too long. */
export class LengthSplitter {
  #rest: Buffer | undefined;

  constructor(private readonly minimum: number) {}

  /** Calls `each` with the bytes after the length of every frame that is complete, in order. */
  push(chunk: Buffer, each: (body: Buffer) => void): void {
    let data = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    while (data.length >= 4) {
      const length = data.readUInt32LE(0);
      if (length < this.minimum || length > MAX_FRAME) throw new WireError(`frame of ${length} bytes`);
      if (data.length < 4 + length) break;
      const body = data.subarray(4, 4 + length);
      data = data.subarray(4 + length);
      each(body);
    }
    if (data.length > 0) this.#rest = data;
  }
}

export const parseFrame = (body: Buffer): Frame => ({
  kind: body.readUInt8(0),
  id: body.readUInt32LE(1),
  payload: body.subarray(5),
});

export function encodeFrame(kind: number, id: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.allocUnsafe(9 + payload.length);
  frame.writeUInt32LE(5 + payload.length, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32LE(id >>> 0, 5);
  frame.set(payload, 9);
  return frame;
}

function sizeOf(value: WireValue): number {
  if (value === null) return 1;
  if (typeof value === 'string') return 5 + value.length * 2;
  if (typeof value === 'number' || typeof value === 'bigint') return 9;
  return 5 + value.length;
}

function write(to: Buffer, at: number, value: WireValue): number {
  if (value === null) return to.writeUInt8(0, at);
  if (typeof value === 'string') {
    to.writeUInt8(2, at);
    to.writeUInt32LE(value.length * 2, at + 1);
    return at + 5 + to.write(value, at + 5, 'utf16le');
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    to.writeUInt8(1, at);
    return to.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), at + 1);
  }
  to.writeUInt8(3, at);
  to.writeUInt32LE(value.length, at + 1);
  to.set(value, at + 5);
  return at + 5 + value.length;
}

/** Values behind a prefix of `head` bytes, which the caller fills in. */
function encodeValues(head: number, values: readonly WireValue[]): Buffer {
  let size = head;
  for (const value of values) size += sizeOf(value);
  const buffer = Buffer.allocUnsafe(size);
  let at = head;
  for (const value of values) at = write(buffer, at, value);
  return buffer;
}

function decodeValues(from: Buffer, start: number, count: number): DecodedValue[] {
  const values: DecodedValue[] = [];
  let at = start;
  try {
    for (let i = 0; i < count; i++) {
      const tag = from.readUInt8(at++);
      if (tag === 0) values.push(null);
      else if (tag === 1) {
        values.push(from.readBigUInt64LE(at));
        at += 8;
      } else if (tag === 2 || tag === 3) {
        const length = from.readUInt32LE(at);
        at += 4;
        if (at + length > from.length) throw new WireError('value longer than its frame');
        const bytes = from.subarray(at, at + length);
        values.push(tag === 2 ? bytes.toString('utf16le') : Buffer.from(bytes));
        at += length;
      } else throw new WireError(`unknown tag ${tag}`);
    }
  } catch (e) {
    if (e instanceof WireError) throw e;
    throw new WireError('frame cut short');
  }
  return values;
}

export function encodeCall(id: number, call: { opcode: number; thread: number; args: readonly WireValue[] }): Buffer {
  const payload = encodeValues(7, call.args);
  payload.writeUInt16LE(call.opcode, 0);
  payload.writeUInt32LE(call.thread >>> 0, 2);
  payload.writeUInt8(call.args.length, 6);
  return encodeFrame(Kind.call, id, payload);
}

export function decodeCall(payload: Buffer): Call {
  if (payload.length < 7) throw new WireError('call cut short');
  return {
    opcode: payload.readUInt16LE(0),
    thread: payload.readUInt32LE(2),
    args: decodeValues(payload, 7, payload.readUInt8(6)),
  };
}

export function encodeReply(id: number, hresult: number, values: readonly WireValue[]): Buffer {
  const payload = encodeValues(5, values);
  payload.writeInt32LE(hresult | 0, 0);
  payload.writeUInt8(values.length, 4);
  return encodeFrame(Kind.reply, id, payload);
}

export function decodeReply(payload: Buffer): { readonly hresult: number; readonly values: readonly DecodedValue[] } {
  if (payload.length < 5) throw new WireError('reply cut short');
  return { hresult: payload.readUInt32LE(0), values: decodeValues(payload, 5, payload.readUInt8(4)) };
}

export function encodeNotify(registration: number, type: number, status: number, data: string | null): Buffer {
  const payload = encodeValues(8, [data]);
  payload.writeUInt32LE(type >>> 0, 0);
  payload.writeInt32LE(status | 0, 4);
  return encodeFrame(Kind.notify, registration, payload);
}

export function decodeNotify(payload: Buffer): {
  readonly type: number;
  readonly status: number;
  readonly data: string | null;
} {
  if (payload.length < 9) throw new WireError('notification cut short');
  const [data] = decodeValues(payload, 8, 1);
  return {
    type: payload.readUInt32LE(0),
    status: payload.readUInt32LE(4),
    data: typeof data === 'string' ? data : null,
  };
}

export function u32Pair(first: number, second: number): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeUInt32LE(first >>> 0, 0);
  buffer.writeUInt32LE(second >>> 0, 4);
  return buffer;
}

export function u32(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeUInt32LE(value >>> 0, 0);
  return buffer;
}
