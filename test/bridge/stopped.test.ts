/** What a relay that is killed leaves behind, seen at many points of its work: it is stopped there, looked at, and goes on. */
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { closeBench, openBench, ROOT, type Bench } from './helpers/stub.js';
import { inPipe, Kept, pipeOf } from './helpers/stopped.js';

let bench: Bench;
let peek: string;
test.before(async () => {
  bench = await openBench();
  peek = path.join(bench.folder, 'peek');
  execFileSync('cc', ['-o', peek, path.join(ROOT, 'test', 'bridge', 'fixtures', 'peek.c')]);
});
test.after.always(async () => {
  await closeBench(bench);
});

/** Lines of 16 bytes: numbers that follow on each other. */
const LINE = 16;
const FIRST = 100_000_000_000_000;
const COUNTER = `exec seq -f %.0f ${FIRST} ${2 * FIRST}`;
const SLOW_COUNTER = `i=${FIRST}; while :; do echo $i; i=$((i+1)); done`;

function counted(from: number, length: number): Buffer {
  const first = Math.floor(from / LINE);
  const lines = Math.ceil((from + length) / LINE) - first;
  const text = Array.from({ length: lines }, (_, i) => `${FIRST + first + i}\n`).join('');
  return Buffer.from(text).subarray(from - first * LINE, from - first * LINE + length);
}

const head = (bytes: Buffer): string => bytes.toString('latin1', 0, 40);

interface Sampled {
  readonly commandLine: string;
  readonly segmentBytes: number;
  readonly reader: boolean;
  /** Looked at only when segments are written over older ones. */
  readonly over?: boolean;
}

async function untilOver(lines: AsyncIterableIterator<string>, over: boolean): Promise<number> {
  const pid = Number((await lines.next()).value);
  if (over) await lines.next();
  return pid;
}

/** Stops the relay again and again: what it has logged, and what is in the pipe then, follow on each other. */
async function sample(
  t: ExecutionContext,
  { commandLine, segmentBytes, reader, over = false }: Sampled,
  samples: number,
): Promise<void> {
  const script = path.join(import.meta.dirname, 'helpers', 'killedRelay.js');
  const library = path.join(bench.folder, 'libvmcompute.so');
  const log = fs.mkdtempSync(path.join(bench.folder, 'log-'));
  const child = spawn(
    process.execPath,
    [script, library, bench.folder, log, String(segmentBytes), reader ? 'yes' : 'no', commandLine],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const program = await untilOver(lines, over);
    const pipe = pipeOf(child.pid ?? 0, program);
    const kept = new Kept(log);
    for (let i = 0; i < samples; i++) {
      await sleep((i % 7) + 1);
      child.kill('SIGSTOP');
      await stopped(child.pid ?? 0);
      const { end, pending } = kept.look();
      const bytes = inPipe(peek, pipe);
      const twice = pending.length > 0 && bytes.subarray(0, pending.length).equals(pending);
      const from = twice ? end - pending.length : end;
      const wanted = counted(from, bytes.length);
      if (!bytes.equals(wanted)) {
        t.fail(`sample ${i}: ${end} bytes are in the log, then ${head(bytes)} in the pipe, not ${head(wanted)}`);
        return;
      }
      child.kill('SIGCONT');
    }
    t.pass();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function stopped(pid: number): Promise<void> {
  const threads = (): readonly string[] => fs.readdirSync(`/proc/${pid}/task`);
  const state = (thread: string): string => {
    const stat = fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  };
  while (!threads().every((thread) => state(thread) === 'T')) await sleep(0);
}

const linux = process.platform === 'linux' ? test.serial : test.serial.skip;

linux('a relay of slow lines has lost none, wherever it is stopped', async (t) => {
  await sample(t, { commandLine: SLOW_COUNTER, segmentBytes: 1 << 30, reader: false }, 100);
  await sample(t, { commandLine: SLOW_COUNTER, segmentBytes: 1 << 30, reader: true }, 100);
});

linux('a relay of a busy program has lost no byte, wherever it is stopped', async (t) => {
  await sample(t, { commandLine: COUNTER, segmentBytes: 1 << 30, reader: false }, 100);
  await sample(t, { commandLine: COUNTER, segmentBytes: 1 << 30, reader: true }, 100);
});

linux('a relay that writes over older segments has lost no byte, wherever it is stopped', async (t) => {
  await sample(t, { commandLine: COUNTER, segmentBytes: 200_000, reader: false, over: true }, 100);
  await sample(t, { commandLine: COUNTER, segmentBytes: 200_000, reader: true, over: true }, 100);
});
