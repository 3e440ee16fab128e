/** Messages with bytes changed, cut, doubled or swapped, by a seeded generator: the same seed gives the same frames. */
import { methodEntries } from '#src/rpc/protocol.js';

const LENGTHS = ['0', '-1', '2147483648', '99999999999999999999', '0x10', '1e3', ''];
const NAMES = methodEntries()
  .map(([name]) => name)
  .filter((name) => name !== 'shutdown' && name !== 'initialize');

/** A 32-bit xorshift; state is never 0. */
function generator(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** `count` frames; about every second one is whole and well-formed as a frame, whatever its message is. */
export function* mutatedFrames(seed: number, count: number): Generator<Buffer> {
  const random = generator(seed);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  for (let i = 0; i < count; i++) {
    const params = {
      id: pick(['web', '', 'x'.repeat(random(300))]),
      streamId: `s${random(4)}`,
      bytes: random(1 << 30),
    };
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: i, method: pick(NAMES), params }));
    const inBody = random(2) === 0;
    if (inBody) mutate(body, random);
    const length = random(40) === 0 ? pick(LENGTHS) : String(body.length);
    const frame = Buffer.concat([Buffer.from(`Content-Length: ${length}\r\n\r\n`), body]);
    if (!inBody && random(8) === 0) mutate(frame, random);
    yield random(200) === 0 ? frame.subarray(0, random(frame.length)) : frame;
  }
}

function mutate(bytes: Buffer, random: (below: number) => number): void {
  for (let n = 1 + random(3); n > 0; n--) {
    const at = random(bytes.length);
    if (random(2) === 0) bytes[at] = random(256);
    else bytes.copyWithin(at, random(bytes.length), Math.min(bytes.length, random(bytes.length) + 8));
  }
}
