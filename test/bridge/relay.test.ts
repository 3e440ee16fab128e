/** Stdio: the log, foreground readers, stdin. Programs are run by the stub library's `sh -c`. */
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type {
  HcsNotification,
  LogCursor,
  PrivatePipe,
  ProcessToken,
  RelayRequest,
  SystemToken,
} from '#src/core/ports.js';
import { createLogReader } from '#src/store/logReader.js';
import { closeBench, openBench, temporaryFolder, type Bench } from './helpers/stub.js';
import { readLog, segmentsOf, streamOf } from './helpers/log.js';

let bench: Bench;
let system: SystemToken;
let folders = 0;
test.before(async () => {
  bench = await openBench();
  ({ system } = await bench.hcs.createComputeSystem('a', '{}'));
});
test.after.always(async () => {
  await bench.hcs.closeComputeSystem(system);
  await closeBench(bench);
});
test.afterEach.always(async (t) => {
  if (!t.passed) return;
  t.like(await bench.hcs.accounting(), { systems: 1, processes: 0, callbacks: 1, streams: 0 });
  t.deepEqual(
    fs.readdirSync(bench.folder).filter((name) => !name.startsWith('log') && !name.endsWith('.so')),
    [],
    'no private pipe is left',
  );
});

function request(change: Partial<RelayRequest> = {}): RelayRequest {
  return {
    logFolder: path.join(bench.folder, `log${++folders}`),
    segmentBytes: 10 << 20,
    segments: 3,
    foreground: [],
    stdin: false,
    attachTimeoutMs: 60_000,
    ...change,
  };
}

async function start(line: string, extra: object = {}): Promise<ProcessToken> {
  const { process } = await bench.hcs.createProcess(system, JSON.stringify({ CommandLine: line, ...extra }));
  return process;
}

const streamEnd = (process: ProcessToken, stream: string): Promise<HcsNotification & { kind: 'streamEnd' }> =>
  bench.seen.until(
    (n): n is HcsNotification & { kind: 'streamEnd' } =>
      n.kind === 'streamEnd' && n.process === process && n.stream === stream,
  );

const told = (process: ProcessToken, kind: HcsNotification['kind']): Promise<HcsNotification> =>
  bench.seen.until((n) => n.kind === kind && n.kind !== 'system' && n.process === process);

async function bothEnd(process: ProcessToken): Promise<void> {
  await Promise.all([streamEnd(process, 'stdout'), streamEnd(process, 'stderr')]);
}

/** Connects and shows the token. */
async function connect(pipe: PrivatePipe | undefined): Promise<net.Socket> {
  const socket = net.connect(pipe?.path ?? '');
  await once(socket, 'connect');
  socket.write(pipe?.token ?? '');
  return socket;
}

async function drain(socket: net.Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** As the bridge writes it. */
function chunk(stream: number, offset: number, text: string): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt8(stream, 0);
  header.writeUInt8(1, 1);
  header.writeUInt32LE(text.length, 4);
  header.writeBigUInt64LE(BigInt(offset), 8);
  return Buffer.concat([header, Buffer.from(text)]);
}

test.serial('both streams go to the log, with their offsets, times and ends', async (t) => {
  const before = Date.now();
  const process = await start('echo one; echo two >&2; echo three');
  const relay = request();
  t.deepEqual(await bench.hcs.startRelay(process, relay), {});
  await bothEnd(process);
  t.is((await streamEnd(process, 'stdout')).bytes, 10);
  t.is((await streamEnd(process, 'stderr')).bytes, 4);
  const chunks = readLog(relay.logFolder);
  t.is(streamOf(chunks, 1).bytes.toString(), 'one\nthree\n');
  t.is(streamOf(chunks, 2).bytes.toString(), 'two\n');
  t.deepEqual(
    chunks
      .filter((c) => c.stream === 0)
      .map((c) => [c.ended, c.offset])
      .sort(),
    [
      [1, 10],
      [2, 4],
    ],
  );
  t.true(chunks.every((c) => c.time >= before - 1 && c.time <= Date.now() + 1));
  await bench.hcs.closeProcess(process);
});

test.serial('the log is rotated, offsets go on, and the reader of the store understands it', async (t) => {
  const process = await start('head -c 3000000 /dev/zero');
  const relay = request({ segmentBytes: 300_000, segments: 3 });
  await bench.hcs.startRelay(process, relay);
  t.is((await streamEnd(process, 'stdout')).bytes, 3_000_000);
  await streamEnd(process, 'stderr');
  const names = segmentsOf(relay.logFolder);
  t.is(names.length, 3);
  t.true(Number(names[0]?.slice(0, 6)) > 3, String(names));
  const { from, bytes } = streamOf(readLog(relay.logFolder), 1);
  t.is(from + bytes.length, 3_000_000);
  const reader = createLogReader();
  const read = await reader.read(relay.logFolder, { segment: 1, position: 0, offsets: { stdout: 0, stderr: 0 } }, 10e6);
  t.is(read.dropped.stdout, from);
  t.is(
    read.chunks.reduce((sum, chunk) => sum + chunk.data.length, 0),
    bytes.length,
  );
  t.deepEqual([...read.ended].sort(), ['stderr', 'stdout']);
  await bench.hcs.closeProcess(process);
});

/** Lines of 8 bytes, each its own number: what lies where in the stream can be told. */
const NUMBERS = 'seq -w 1 4000000';
const numbersAt = (offset: number, length: number): Buffer => {
  const first = Math.floor(offset / 8);
  const last = Math.ceil((offset + length) / 8);
  const lines = Array.from({ length: last - first }, (_, i) => `${String(first + i + 1).padStart(7, '0')}\n`);
  return Buffer.from(lines.join('')).subarray(offset - first * 8, offset - first * 8 + length);
};

test.serial(
  'who reads a log while it is written over gets bytes of their place only, and is told what is gone',
  async (t) => {
    const process = await start(NUMBERS);
    const relay = request({ segmentBytes: 300_000, segments: 2, foreground: ['stdout'] });
    const { stdout } = await bench.hcs.startRelay(process, relay);
    // A reader, so that the busy stream is spliced.
    const passed = connect(stdout).then(drain);
    const reader = createLogReader();
    let reached = 0;
    let dropped = 0;
    let wrong = 0;
    for (let cursor: LogCursor = { segment: 1, position: 0, offsets: { stdout: 0, stderr: 0 } }, over = false; !over;) {
      const read = await reader.read(relay.logFolder, cursor, 1 << 20);
      for (const { stream, offset, data } of read.chunks) {
        if (stream !== 'stdout' || offset < reached || !numbersAt(offset, data.length).equals(data)) wrong++;
        reached = offset + data.length;
      }
      dropped += read.dropped.stdout;
      cursor = read.next;
      over = read.ended.includes('stdout');
    }
    t.is(wrong, 0);
    t.is(reached, 32_000_000);
    t.log(`${dropped} bytes were gone before they were read`);
    t.true((await passed).equals(numbersAt(0, 32_000_000)));
    await bothEnd(process);
    const { from, bytes } = streamOf(readLog(relay.logFolder), 1);
    t.is(from + bytes.length, 32_000_000);
    t.true(bytes.equals(numbersAt(from, bytes.length)));
    await bench.hcs.closeProcess(process);
  },
);

test.serial('a relay that is killed while it writes over older segments leaves no byte of those', async (t) => {
  const script = path.join(import.meta.dirname, 'helpers', 'killedRelay.js');
  const library = path.join(bench.folder, 'libvmcompute.so');
  const folder = path.join(bench.folder, 'log-killed');
  fs.mkdirSync(folder);
  let reached = 0;
  for (let round = 0; round < 6; round++) {
    const log = path.join(folder, String(round));
    const args = [script, library, folder, log, '200000', 'no', 'exec seq -w 1 9000000'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    while ((await lines.next()).value !== 'over');
    await sleep(round * 7);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { from, bytes } = streamOf(readLog(log), 1);
    t.true(bytes.equals(numbersAt(from, bytes.length)), `round ${round}: bytes from ${from} to ${from + bytes.length}`);
    reached = Math.max(reached, from);
  }
  t.true(reached > 0, 'no segment was written over');
});

test.serial('a foreground reader gets every byte, and so does the log', async (t) => {
  const process = await start('head -c 5000000 /dev/urandom; echo end');
  const relay = request({ foreground: ['stdout'] });
  const pipes = await bench.hcs.startRelay(process, relay);
  t.deepEqual(Object.keys(pipes), ['stdout']);
  t.is(fs.statSync(pipes.stdout!.path).mode & 0o777, 0o600);
  const socket = await connect(pipes.stdout);
  const got = await drain(socket);
  await bothEnd(process);
  t.is(got.length, 5_000_004);
  t.true(got.equals(streamOf(readLog(relay.logFolder), 1).bytes));
  await bench.hcs.closeProcess(process);
});

test.serial(
  'a reader that stops and goes on gets what the program wrote, in order, and the log has the rest when it leaves',
  async (t) => {
    const size = 48 << 20;
    const file = path.join(bench.folder, 'log-source');
    const written = Buffer.alloc(size);
    for (let i = 0; i < size; i += 4) written.writeUInt32LE((i * 2654435761) >>> 0, i);
    fs.writeFileSync(file, written);
    const process = await start(`cat ${file}`);
    const relay = request({ foreground: ['stdout'], segmentBytes: 100 << 20 });
    const { stdout } = await bench.hcs.startRelay(process, relay);
    const socket = await connect(stdout);
    const got: Buffer[] = [];
    let bytes = 0;
    let stops = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      got.push(chunk);
      bytes += chunk.length;
      // So that the socket is full now and then.
      if (bytes > (stops + 1) << 20) {
        stops++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (bytes > size / 2) break;
    }
    t.true(Buffer.concat(got).equals(written.subarray(0, bytes)));
    t.is((await streamEnd(process, 'stdout')).bytes, size);
    t.true(streamOf(readLog(relay.logFolder), 1).bytes.equals(written));
    await streamEnd(process, 'stderr');
    await bench.hcs.closeProcess(process);
    fs.rmSync(file);
  },
);

test.serial('nothing is read before the foreground reader has come, then it sets the pace', async (t) => {
  // The program notes how much it has written; the pipe alone holds 64 KiB.
  const progress = path.join(bench.folder, 'log-progress');
  const process = await start(`head -c 20000000 /dev/zero; echo done > ${progress}`);
  const relay = request({ foreground: ['stdout'] });
  const { stdout } = await bench.hcs.startRelay(process, relay);
  const socket = await connect(stdout);
  socket.pause();
  // A reader that is connected and does not read: the log stops growing well before the end.
  await bench.hcs.watchLog(process, true);
  await told(process, 'logGrew');
  // The longer it takes to stop, the likelier this fails; a slow machine cannot make it fail.
  let size = -1;
  for (let now = 0; now !== size;) {
    size = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
    now = streamOf(readLog(relay.logFolder), 1).bytes.length;
  }
  t.true(size > 0 && size < 10_000_000, String(size));
  t.false(fs.existsSync(progress));
  t.is((await drain(socket)).length, 20_000_000);
  await bothEnd(process);
  await bench.hcs.closeProcess(process);
  fs.rmSync(progress);
});

test.serial('a foreground reader that goes away leaves the rest to the log', async (t) => {
  const process = await start('head -c 20000000 /dev/zero');
  const relay = request({ foreground: ['stdout'], segmentBytes: 100 << 20 });
  const { stdout } = await bench.hcs.startRelay(process, relay);
  const socket = await connect(stdout);
  await once(socket, 'data');
  socket.destroy();
  t.is((await streamEnd(process, 'stdout')).bytes, 20_000_000);
  t.is(streamOf(readLog(relay.logFolder), 1).bytes.length, 20_000_000);
  await streamEnd(process, 'stderr');
  await bench.hcs.closeProcess(process);
});

test.serial('a wrong token, or nobody in time, leaves the program to the log', async (t) => {
  const wrong = await start('echo hello');
  const first = request({ foreground: ['stdout'] });
  const { stdout } = await bench.hcs.startRelay(wrong, first);
  const socket = await connect({ path: stdout!.path, token: '0'.repeat(64) });
  t.is((await drain(socket)).length, 0);
  await bothEnd(wrong);
  t.is(streamOf(readLog(first.logFolder), 1).bytes.toString(), 'hello\n');

  const late = await start('echo hello');
  const second = request({ foreground: ['stdout', 'stderr'], attachTimeoutMs: 50 });
  const pipes = await bench.hcs.startRelay(late, second);
  await bothEnd(late);
  t.is(streamOf(readLog(second.logFolder), 1).bytes.toString(), 'hello\n');
  t.false(fs.existsSync(pipes.stdout!.path));
  await bench.hcs.closeProcess(wrong);
  await bench.hcs.closeProcess(late);
});

test.serial('a private pipe takes one reader and is unlinked then', async (t) => {
  const process = await start('exec cat');
  const { stdout } = await bench.hcs.startRelay(process, request({ foreground: ['stdout'], stdin: true }));
  const socket = await connect(stdout);
  // It is refused, or waits in the queue of a socket that takes nobody any more.
  const second = net.connect(stdout!.path);
  const got = drain(second).catch(() => Buffer.alloc(0));
  second.on('connect', () => second.write(stdout!.token));
  await bench.hcs.closeLocalStdin(process);
  await drain(socket);
  await bothEnd(process);
  t.is((await got).length, 0);
  await bench.hcs.closeProcess(process);
});

test.serial('stdin stays open however late its writer comes', async (t) => {
  const process = await start('exec cat', { keepEnds: true });
  const relay = request({ stdin: true, attachTimeoutMs: 50 });
  const { stdin } = await bench.hcs.startRelay(process, relay);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const socket = await connect(stdin);
  socket.end('late\n');
  await told(process, 'stdinEnd');
  await bench.hcs.modifyProcess(process, '{}');
  await bench.hcs.closeLocalStdin(process);
  await bothEnd(process);
  t.is(streamOf(readLog(relay.logFolder), 1).bytes.toString(), 'late\n');
  await bench.hcs.closeProcess(process);
});

test.serial("stdin: bytes reach the program, the writer's end is told, and closing is left to core", async (t) => {
  const process = await start('exec cat', { keepEnds: true });
  const relay = request({ stdin: true });
  const { stdin } = await bench.hcs.startRelay(process, relay);
  const socket = await connect(stdin);
  const text = Buffer.alloc(1_000_000, 'abcdefg');
  socket.end(text);
  await told(process, 'stdinEnd');
  t.false(
    bench.seen.ofProcess(process).some((n) => n.kind === 'streamEnd'),
    'the program still waits for input',
  );
  await bench.hcs.modifyProcess(process, '{}');
  await bench.hcs.closeLocalStdin(process);
  t.is((await streamEnd(process, 'stdout')).bytes, text.length);
  t.true(streamOf(readLog(relay.logFolder), 1).bytes.equals(text));
  await streamEnd(process, 'stderr');
  await bench.hcs.closeProcess(process);
});

test.serial("a program that closes its stdin closes the writer's pipe", async (t) => {
  const process = await start('exec head -c 3');
  const { stdin } = await bench.hcs.startRelay(process, request({ stdin: true }));
  const socket = await connect(stdin);
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  // Again after a failure would go on for ever: Node ends the socket only after it has called back.
  const write = (error?: Error | null): void => {
    if (error == null && !socket.destroyed) socket.write(Buffer.alloc(65536), write);
  };
  write();
  await closed;
  await bothEnd(process);
  t.is((await streamEnd(process, 'stdout')).bytes, 3);
  await bench.hcs.closeProcess(process);
});

test.serial('growth of the log is told once until it is pulled, and only while watched', async (t) => {
  const process = await start('exec cat');
  const relay = request({ stdin: true });
  const { stdin } = await bench.hcs.startRelay(process, relay);
  const socket = await connect(stdin);
  const grown = (): number => bench.seen.ofProcess(process).filter((n) => n.kind === 'logGrew').length;
  socket.write('unseen');
  await bench.hcs.watchLog(process, true);
  await told(process, 'logGrew');
  for (let i = 0; i < 200; i++) socket.write(`${i}\n`);
  socket.end();
  await told(process, 'stdinEnd');
  await bench.hcs.watchLog(process, false);
  await bench.counts();
  const seen = grown();
  t.true(seen >= 1 && seen <= 210, String(seen));
  await bench.hcs.closeLocalStdin(process);
  await bothEnd(process);
  t.is(grown(), seen, 'the end was not watched');
  await bench.hcs.closeProcess(process);
});

test.serial('a log that cannot be written is told once, and the bytes go on to the reader', async (t) => {
  const file = path.join(bench.folder, 'log-is-a-file');
  fs.writeFileSync(file, '');
  const process = await start('head -c 1000000 /dev/zero');
  const { stdout } = await bench.hcs.startRelay(
    process,
    request({ logFolder: path.join(file, 'x'), foreground: ['stdout'] }),
  );
  t.is((await drain(await connect(stdout))).length, 1_000_000);
  t.is((await streamEnd(process, 'stdout')).bytes, 1_000_000);
  await streamEnd(process, 'stderr');
  t.is(bench.seen.ofProcess(process).filter((n) => n.kind === 'logFailed').length, 1);
  await bench.hcs.closeProcess(process);
});

test.serial('a disk that fills up leaves a log that can be read, and takes nothing from the reader', (t) => {
  const folder = temporaryFolder();
  // dash counts in 512 bytes: 1 MiB. Without write-xor-execute, for which the CLR makes a large file of its own.
  const limited = `trap '' XFSZ; ulimit -f 2048; exec "$0" "$@"`;
  const script = path.join(import.meta.dirname, 'helpers', 'fullDisk.js');
  const library = path.join(bench.folder, 'libvmcompute.so');
  const ran = spawnSync('sh', ['-c', limited, process.execPath, script, library, folder], {
    encoding: 'utf8',
    env: { ...process.env, DOTNET_EnableWriteXorExecute: '0' },
  });
  t.is(ran.status, 0, ran.stderr);
  t.deepEqual(JSON.parse(ran.stdout), { got: 5_000_000, failures: 1 });
  const kept = readLog(path.join(folder, 'log')).filter((chunk) => chunk.stream === 1);
  t.is(kept[0]?.offset, 0);
  t.true(kept.reduce((sum, chunk) => sum + chunk.data.length, 0) <= 1 << 20);
  fs.rmSync(folder, { recursive: true });
});

test.serial('closing a process whose program lives stops its relay without an end of stream', async (t) => {
  const process = await start('echo begun; exec sleep 1000', { keepEnds: true });
  const relay = request({ foreground: ['stderr'], stdin: true });
  await bench.hcs.startRelay(process, relay);
  await bench.hcs.watchLog(process, true);
  await told(process, 'logGrew');
  await bench.hcs.terminateProcess(process);
  await told(process, 'process');
  await bench.hcs.closeProcess(process);
  const chunks = readLog(relay.logFolder);
  t.false(
    chunks.some((c) => c.stream === 0 && c.ended === 2),
    'stderr had not ended',
  );
  const seen = bench.seen.ofProcess(process).length;
  await bench.counts();
  t.is(bench.seen.ofProcess(process).length, seen);
});

test.serial('a relay is started once, and not on a closed process', async (t) => {
  const process = await start('exec true');
  await bench.hcs.startRelay(process, request());
  await t.throwsAsync(bench.hcs.startRelay(process, request()), { message: /runs already/ });
  await bothEnd(process);
  await bench.hcs.closeProcess(process);
  await t.throwsAsync(bench.hcs.startRelay(process, request()), { message: /ERROR_INVALID_HANDLE/ });
});

test.serial('new ends from HcsGetProcessInfo carry on where the log had got to, past a cut tail', async (t) => {
  const process = await start('exec cat', { keepEnds: true });
  const relay = request();
  const name = path.join(relay.logFolder, '000007.log');
  // What an engine that was killed left: 5 bytes of stdout, 3 of stderr, and 2 of a chunk that was to have 5: the others are in the pipe.
  fs.mkdirSync(relay.logFolder);
  fs.writeFileSync(path.join(relay.logFolder, '000006.log'), chunk(2, 0, 'err'));
  const cut = chunk(1, 105, 'never').subarray(0, 26);
  fs.writeFileSync(name, Buffer.concat([chunk(1, 100, 'hello'), cut]));
  t.is((await bench.hcs.getProcessInfo(process)).pid > 0, true);
  const { stdin } = await bench.hcs.startRelay(process, { ...relay, stdin: true });
  (await connect(stdin)).end(' again');
  await told(process, 'stdinEnd');
  await bench.hcs.modifyProcess(process, '{}');
  await bench.hcs.closeLocalStdin(process);
  t.is((await streamEnd(process, 'stdout')).bytes, 113);
  t.is((await streamEnd(process, 'stderr')).bytes, 3);
  t.is(streamOf(readLog(relay.logFolder), 1).bytes.toString(), 'hellone again');
  t.deepEqual(segmentsOf(relay.logFolder), ['000006.log', '000007.log', '000008.log']);
  await bench.hcs.closeProcess(process);
});

/** A log that other bridges have left, and what a program, which writes "more", adds to it: the segments, and stdout from its first byte that is kept. */
async function takenUp(left: readonly Buffer[], change: Partial<RelayRequest> = {}): Promise<[string[], string]> {
  const process = await start('echo more');
  const relay = request(change);
  fs.mkdirSync(relay.logFolder);
  left.forEach((bytes, i) => {
    fs.writeFileSync(path.join(relay.logFolder, `${String(i + 1).padStart(6, '0')}.log`), bytes);
  });
  await told(process, 'process');
  await bench.hcs.startRelay(process, relay);
  await bothEnd(process);
  await bench.hcs.closeProcess(process);
  const { bytes } = streamOf(readLog(relay.logFolder), 1);
  return [segmentsOf(relay.logFolder).map((name) => String(Number(name.slice(0, 6)))), bytes.toString()];
}

test.serial('a log that was taken up often loses nothing while it is small, and its empty segments', async (t) => {
  const pieces = ['one ', 'two ', 'three ', '', 'four ', 'five '];
  let offset = 0;
  const left = pieces.map((text) => {
    const bytes = text === '' ? Buffer.alloc(0) : chunk(1, offset, text);
    offset += text.length;
    return bytes;
  });
  t.deepEqual(await takenUp(left), [['1', '2', '3', '5', '6', '7'], 'one two three four five more\n']);
});

test.serial('of a log that was taken up often the newest bytes are kept, as many as full segments have', async (t) => {
  const sized = (sizes: readonly number[]): Buffer[] => {
    let offset = 0;
    return sizes.map((size) => {
      const bytes = chunk(1, offset, 'x'.repeat(size - 24));
      offset += size - 24;
      return bytes;
    });
  };
  const limits = { segmentBytes: 1000, segments: 3 };
  t.deepEqual((await takenUp(sized([500, 500, 990, 40, 900]), limits))[0], ['3', '4', '5', '6']);
  t.deepEqual((await takenUp(sized([500, 500, 990, 140, 900]), limits))[0], ['4', '5', '6']);
  const [many] = await takenUp(sized(Array.from({ length: 100 }, () => 30)));
  t.is(many.length, 65);
});

test.serial('what a killed relay had in the log and still in the pipe is there once', async (t) => {
  const notTaken = chunk(1, 4, 'more\n');
  notTaken.writeUInt8(3, 1);
  const before = chunk(1, 0, 'one ');
  t.deepEqual(await takenUp([Buffer.concat([before, notTaken])]), [['1', '2'], 'one more\n']);
  t.deepEqual(await takenUp([Buffer.concat([before, notTaken]), chunk(1, 9, '')]), [['1', '2', '3'], 'one more\n']);
  // What the pipe begins with is not in the log.
  notTaken.write('mode\n', 24);
  t.deepEqual(await takenUp([Buffer.concat([before, notTaken])]), [['1', '2'], 'one mode\nmore\n']);
  t.deepEqual(await takenUp([Buffer.concat([before, notTaken, chunk(1, 9, 'two ')])]), [
    ['1', '2'],
    'one mode\ntwo more\n',
  ]);
});

test.serial('a process that keeps no ends has none to give again', async (t) => {
  const process = await start('exec true');
  await t.throwsAsync(bench.hcs.getProcessInfo(process), { message: /HCS_E_PROCESS_INFO_NOT_AVAILABLE/ });
  await bench.hcs.closeProcess(process);
});

test.serial('five hundred idle streams need no thread each', async (t) => {
  const threads = (): number => Number(/Threads:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]);
  const before = threads();
  const processes: ProcessToken[] = [];
  for (let i = 0; i < 250; i++) {
    const process = await start('exec cat');
    await bench.hcs.startRelay(process, request());
    processes.push(process);
  }
  const { streams } = await bench.hcs.accounting();
  t.is(streams, 750, 'stdin, stdout and stderr of each');
  // The stub has a thread of its own for each program.
  const own = threads() - before - processes.length;
  t.true(own < 50, `${own} threads more`);
  await Promise.all(processes.map((process) => bench.hcs.closeLocalStdin(process)));
  await Promise.all(processes.map(bothEnd));
  await Promise.all(processes.map((process) => bench.hcs.closeProcess(process)));
});
