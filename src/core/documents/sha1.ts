/**
 * SHA-1 (FIPS 180-4), for version 5 UUIDs only: Web Crypto is asynchronous and core may not import node:crypto.
 */
const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** Round function and constant of the four groups of twenty rounds. */
const GROUPS = [
  [(b: number, c: number, d: number) => (b & c) | (~b & d), 0x5a827999],
  [(b: number, c: number, d: number) => b ^ c ^ d, 0x6ed9eba1],
  [(b: number, c: number, d: number) => (b & c) | (b & d) | (c & d), 0x8f1bbcdc],
  [(b: number, c: number, d: number) => b ^ c ^ d, 0xca62c1d6],
] as const;

/** The 20 byte digest of `message`. */
export function sha1(message: Uint8Array): Uint8Array {
  const blocks = padded(message);
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  for (let offset = 0; offset < blocks.byteLength; offset += 64) mix(state, schedule(blocks, offset));
  const digest = new DataView(new ArrayBuffer(20));
  state.forEach((word, i) => {
    digest.setUint32(i * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

/** The message, a one bit, zeros, and its length in bits, in whole blocks of 64 bytes. */
function padded(message: Uint8Array): DataView {
  const view = new DataView(new ArrayBuffer(Math.ceil((message.length + 9) / 64) * 64));
  new Uint8Array(view.buffer).set(message);
  view.setUint8(message.length, 0x80);
  view.setBigUint64(view.byteLength - 8, BigInt(message.length) * 8n);
  return view;
}

function schedule(blocks: DataView, offset: number): Uint32Array {
  const words = new Uint32Array(80);
  const at = (i: number): number => words[i] ?? 0;
  for (let i = 0; i < 80; i++)
    words[i] = i < 16 ? blocks.getUint32(offset + i * 4) : rotate(at(i - 3) ^ at(i - 8) ^ at(i - 14) ^ at(i - 16), 1);
  return words;
}

function mix(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  words.forEach((word, i) => {
    const [choose, constant] = GROUPS[Math.floor(i / 20)] ?? GROUPS[0];
    const next = (rotate(a, 5) + choose(b, c, d) + e + constant + word) >>> 0;
    [e, d, c, b, a] = [d, c, rotate(b, 30), a, next];
  });
  [a, b, c, d, e].forEach((word, i) => {
    state[i] = (state[i] ?? 0) + word;
  });
}
