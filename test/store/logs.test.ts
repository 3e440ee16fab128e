import { appendFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { LogChunk, LogCursor, OutputStream } from '#src/core/ports.js';
import { createLogFolders, strayLogFolders } from '#src/store/logFolders.js';
import { createLogReader } from '#src/store/logReader.js';
import { chunkBlocks, openSegment } from '#src/store/segments.js';
import { temporaryFolder } from './support.js';

const reader = createLogReader();
const LARGE = 1 << 20;

/** A chunk as docs/logs.md has it. */
function chunk(stream: OutputStream, offset: number, text: string, micros = 1_700_000_000_000_250n): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(24);
  header.writeUInt8(stream === 'stdout' ? 1 : 2, 0);
  header.writeUInt8(1, 1);
  header.writeUInt32LE(payload.length, 4);
  header.writeBigUInt64LE(BigInt(offset), 8);
  header.writeBigUInt64LE(micros, 16);
  return Buffer.concat([header, payload]);
}

/** A chunk that was written over an older segment: version 2, filled up to a multiple of 8. */
function over(stream: OutputStream, offset: number, text: string): Buffer {
  const bytes = chunk(stream, offset, text);
  const fill = -bytes.length & 7;
  bytes.writeUInt8(2, 1);
  bytes.writeUInt8(fill, 3);
  return Buffer.concat([bytes, Buffer.alloc(fill, 0xaa)]);
}

function end(stream: OutputStream, offset: number): Buffer {
  const bytes = chunk(stream, offset, '');
  bytes.writeUInt8(0, 0);
  bytes.writeUInt16LE(stream === 'stdout' ? 1 : 2, 2);
  return bytes;
}

const file = (folder: string, segment: number): string => join(folder, `${String(segment).padStart(6, '0')}.log`);

async function log(t: ExecutionContext, segments: Readonly<Record<number, readonly Buffer[]>>): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [n, chunks] of Object.entries(segments)) await writeFile(file(folder, Number(n)), Buffer.concat(chunks));
  return folder;
}

const text = (chunks: readonly LogChunk[]): string =>
  chunks.map((c) => `${c.stream === 'stdout' ? 'o' : 'e'}${c.offset}:${Buffer.from(c.data).toString()}`).join(' ');

/** Everything from a place on, in reads of about `maxBytes`. */
async function all(folder: string, from: LogCursor, maxBytes = LARGE): Promise<readonly LogChunk[]> {
  const chunks: LogChunk[] = [];
  for (let cursor = from; ;) {
    const answer = await reader.read(folder, cursor, maxBytes);
    chunks.push(...answer.chunks);
    if (answer.chunks.length === 0) return chunks;
    cursor = answer.next;
  }
}

test('a log is read in the order written, over its segments, in pieces of any size', async (t) => {
  const folder = await log(t, {
    1: [chunk('stdout', 0, 'one'), chunk('stderr', 0, 'bad')],
    2: [chunk('stdout', 3, 'two'), end('stdout', 6), end('stderr', 3)],
  });
  const start = await reader.oldest(folder);
  for (const size of [1, 4, LARGE]) t.is(text(await all(folder, start, size)), 'o0:one e0:bad o3:two');
  const { chunks, ended, dropped } = await reader.read(folder, start, LARGE);
  t.is(chunks[0]!.time, 1_700_000_000_000.25);
  t.deepEqual(ended, ['stdout', 'stderr']);
  t.deepEqual(dropped, { stdout: 0, stderr: 0 });
});

test('a log that does not exist yet is empty, and is read from its start when it comes', async (t) => {
  const folder = join(await temporaryFolder(t), 'later');
  const first = await reader.read(folder, await reader.oldest(folder), LARGE);
  t.deepEqual(first.chunks, []);
  await mkdir(folder);
  await writeFile(file(folder, 1), chunk('stdout', 0, 'now'));
  t.is(text((await reader.read(folder, first.next, LARGE)).chunks), 'o0:now');
});

test('a chunk that is not whole yet is left for later, at every length of it', async (t) => {
  const whole = chunk('stdout', 3, 'second');
  for (let length = 0; length < whole.length; length++) {
    const folder = await log(t, { 1: [chunk('stdout', 0, 'abc'), whole.subarray(0, length)] });
    const first = await reader.read(folder, await reader.oldest(folder), LARGE);
    t.is(text(first.chunks), 'o0:abc');
    await appendFile(file(folder, 1), whole.subarray(length));
    t.is(text((await reader.read(folder, first.next, LARGE)).chunks), 'o3:second');
  }
});

test('a tail that a crash has cut off is passed over once a later segment exists', async (t) => {
  const folder = await log(t, {
    1: [chunk('stdout', 0, 'abc'), chunk('stdout', 3, 'never whole').subarray(0, 30)],
    2: [chunk('stdout', 3, 'def')],
  });
  t.is(text(await all(folder, await reader.oldest(folder))), 'o0:abc o3:def');
});

test('bytes that are no chunk end a segment', async (t) => {
  const folder = await log(t, {
    1: [chunk('stdout', 0, 'abc'), Buffer.alloc(100, 0xff)],
    2: [chunk('stdout', 3, 'def')],
  });
  t.is(text(await all(folder, await reader.oldest(folder))), 'o0:abc o3:def');
});

test('in a segment written over an older one the header of zeros ends what counts', async (t) => {
  const old = Buffer.concat([chunk('stdout', 0, 'old old old old'), chunk('stdout', 15, 'older')]);
  const folder = await log(t, {
    4: [over('stdout', 60, 'abc'), over('stderr', 9, 'twelve bytes'), Buffer.alloc(24), old],
    5: [over('stdout', 63, 'defghijk')],
  });
  t.is(text(await all(folder, await reader.oldest(folder))), 'o60:abc e9:twelve bytes o63:defghijk');
  t.is(text(await all(folder, await reader.oldest(folder), 1)), 'o60:abc e9:twelve bytes o63:defghijk');
  const { cursor } = await reader.seek(folder, 'stdout', 65);
  t.deepEqual([cursor.segment, cursor.position], [5, 0]);
  t.deepEqual((await reader.tail(folder, 0)).position, over('stdout', 63, 'defghijk').length);
});

test('nothing is taken from a segment that another is written over meanwhile', async (t) => {
  const folder = await log(t, { 1: [chunk('stdout', 0, 'abc')], 2: [chunk('stdout', 3, 'def')] });
  const segment = await openSegment(folder, 1);
  t.not(segment, null);
  await rename(file(folder, 1), file(folder, 3));
  for await (const chunks of chunkBlocks(segment!, 0)) t.fail(`${chunks.length} chunks`);
  await segment!.file.close();
});

test('what rotation has dropped is told by stream, exactly once', async (t) => {
  const folder = await log(t, { 1: [chunk('stdout', 0, 'abc'), chunk('stderr', 0, 'xy')] });
  const first = await reader.read(folder, await reader.oldest(folder), LARGE);
  await rm(file(folder, 1));
  await writeFile(file(folder, 3), Buffer.concat([chunk('stdout', 10, 'def')]));
  const second = await reader.read(folder, first.next, LARGE);
  t.is(text(second.chunks), 'o10:def');
  t.deepEqual(second.dropped, { stdout: 7, stderr: 0 });
  await appendFile(file(folder, 3), chunk('stderr', 5, 'z'));
  const third = await reader.read(folder, second.next, LARGE);
  t.deepEqual(third.dropped, { stdout: 0, stderr: 3 });
  t.deepEqual((await reader.read(folder, third.next, LARGE)).dropped, { stdout: 0, stderr: 0 });
});

test('seek finds the chunk that holds an offset, wherever it lies', async (t) => {
  const folder = await log(t, {
    2: [chunk('stdout', 100, 'abcde'), chunk('stderr', 7, 'xy'), chunk('stdout', 105, 'fghij')],
    3: [chunk('stderr', 9, 'z')],
    4: [chunk('stdout', 110, 'klmno')],
  });
  const found = async (offset: number, stream: OutputStream = 'stdout'): Promise<[string, number]> => {
    const { cursor, dropped } = await reader.seek(folder, stream, offset);
    const { chunks, dropped: later } = await reader.read(folder, cursor, 1);
    t.is(later[stream], 0);
    return [text(chunks), dropped];
  };
  t.deepEqual(await found(100), ['o100:abcde', 0]);
  t.deepEqual(await found(104), ['o100:abcde', 0]);
  t.deepEqual(await found(105), ['o105:fghij', 0]);
  t.deepEqual(await found(112), ['o110:klmno', 0]);
  t.deepEqual(await found(40), ['o100:abcde', 60]);
  t.deepEqual(await found(8, 'stderr'), ['e7:xy', 0]);
  t.deepEqual(await found(9, 'stderr'), ['e9:z', 0]);
  t.deepEqual(await found(500), ['', 0]);
});

test('seek to the end of a log that grows meanwhile skips nothing', async (t) => {
  const folder = await log(t, { 1: [chunk('stdout', 0, 'abc')] });
  const path = file(folder, 1);
  const whole = await stat(path);
  for (let round = 0; round < 400; round++) {
    await truncate(path, whole.size);
    const sought = reader.seek(folder, 'stdout', 3);
    // At each step of the search once.
    for (let i = 0; i < round % 40; i++) await new Promise((resolve) => setImmediate(resolve));
    appendFileSync(path, chunk('stdout', 3, 'def'));
    t.is(text(await all(folder, (await sought).cursor)), 'o3:def', `round ${round}`);
  }
});

test('tail gives exactly the last lines of both streams, also from inside a chunk and over segments', async (t) => {
  const folder = await log(t, {
    1: [chunk('stdout', 0, 'a\nb\n'), chunk('stderr', 0, 'E1\n')],
    2: [chunk('stdout', 4, 'c\nd\ne\n')],
  });
  const tail = async (lines: number): Promise<string> => text(await all(folder, await reader.tail(folder, lines)));
  t.is(await tail(0), '');
  t.is(await tail(1), 'o8:e\n');
  t.is(await tail(2), 'o6:d\ne\n');
  t.is(await tail(3), 'o4:c\nd\ne\n');
  t.is(await tail(4), 'e0:E1\n o4:c\nd\ne\n');
  t.is(await tail(5), 'o2:b\n e0:E1\n o4:c\nd\ne\n');
  t.is(await tail(6), 'o0:a\nb\n e0:E1\n o4:c\nd\ne\n');
  t.is(await tail(100), 'o0:a\nb\n e0:E1\n o4:c\nd\ne\n');
  await appendFile(file(folder, 2), chunk('stdout', 10, 'no end'));
  t.is(await tail(1), 'o10:no end');
  t.is(await tail(2), 'o8:e\n o10:no end');
});

test('tail counts a line that one stream has not ended yet, also when the other has written since', async (t) => {
  const folder = await log(t, {
    1: [chunk('stdout', 0, 'a\nb'), chunk('stderr', 0, 'E1\n'), chunk('stdout', 3, 'c'), chunk('stderr', 3, 'E2\nE')],
  });
  const tail = async (lines: number): Promise<string> => text(await all(folder, await reader.tail(folder, lines)));
  t.is(await tail(1), 'e6:E');
  t.is(await tail(2), 'e3:E2\nE');
  t.is(await tail(3), 'o3:c e3:E2\nE');
  t.is(await tail(4), 'o2:b e0:E1\n o3:c e3:E2\nE');
});

test('a payload of the largest size is read, however little is asked for', async (t) => {
  const folder = await log(t, { 1: [chunk('stdout', 0, 'x'.repeat(256 * 1024)), chunk('stdout', 262_144, 'y')] });
  const first = await reader.read(folder, await reader.oldest(folder), 10);
  t.is(first.chunks[0]!.data.length, 262_144);
  t.is(text((await reader.read(folder, first.next, 10)).chunks), 'o262144:y');
});

test('log folders cannot leave the home, whatever the names are', async (t) => {
  const root = await temporaryFolder(t);
  const logs = createLogFolders(root);
  const names = ['web', '../../etc', 'a/b', 'nul\0', '.', ''];
  const folders = names.map((name) => logs.folder(name, name, name));
  for (const folder of folders) t.regex(folder.slice(root.length), /^([/\\][0-9a-f]{16}){3}$/);
  t.is(new Set(folders).size, names.length);
  const a = logs.folder('web', 'e1', 'init');
  const b = logs.folder('web', 'e2', 'init');
  for (const folder of [a, b]) {
    await mkdir(folder, { recursive: true });
    await writeFile(file(folder, 1), '');
  }
  await logs.remove('web', 'e1');
  await t.throwsAsync(stat(a));
  t.true((await stat(b)).isDirectory());
  await logs.remove('web', 'e2');
  await t.throwsAsync(stat(b.split(sep).slice(0, -2).join(sep)));
  await logs.remove('web', 'e2');
});

test('the logs of one process go without those of its container', async (t) => {
  const root = await temporaryFolder(t);
  const logs = createLogFolders(root);
  for (const process of ['init', 'job']) await mkdir(logs.folder('web', 'e1', process), { recursive: true });
  await logs.removeProcess?.('web', 'e1', 'job');
  t.true((await stat(logs.folder('web', 'e1', 'init'))).isDirectory());
  await t.throwsAsync(stat(logs.folder('web', 'e1', 'job')), { code: 'ENOENT' });
});

test('logs that no record names are strays, those of a record are not, however its id is spelt', async (t) => {
  const root = await temporaryFolder(t);
  const logs = createLogFolders(root);
  const places = [
    ['web', 'e1'],
    ['web', 'e2'],
    ['gone', 'e3'],
  ] as const;
  for (const [key, epoch] of places) await mkdir(logs.folder(key, epoch, 'init'), { recursive: true });
  const incarnation = (key: string, epoch: string): string => join(logs.folder(key, epoch, 'init'), '..');
  t.deepEqual(
    [...strayLogFolders(root, [{ id: 'WEB', epoch: 'e2' }])].sort(),
    [incarnation('web', 'e1'), incarnation('gone', 'e3')].sort(),
  );
  t.deepEqual(strayLogFolders(join(root, 'nothing-here'), []), []);
});
