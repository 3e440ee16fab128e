/**
 * `npm run soak [-- --execs 10000 --lives 2000 --at-once 4 | --short]`: many execs in one container, then many whole lives. Live heap, memory, handles, descriptors,
 * threads and latency are sampled on the way; the slope of each over the second half is told, with what noise alone would give, and
 * judged. A line for each figure, last `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectSimulator } from '#src/cli/simulatorControl.js';
import type { PrivatePipe } from '#src/core/ports.js';
import { connect, openPrivatePipe } from '#src/rpc/client/index.js';
import { fit, median } from './slope.js';

const { values } = parseArgs({
  options: {
    execs: { type: 'string', default: '10000' },
    lives: { type: 'string', default: '2000' },
    'at-once': { type: 'string', default: '4' },
    short: { type: 'boolean', default: false },
  },
});
const SAMPLES = 40;
const home = await mkdtemp(join(tmpdir(), 'hcs-soak-'));
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Sample {
  /** Operations done. */
  readonly done: number;
  /** Median and 99th percentile of those since the last sample, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** After a collection. */
  readonly engineHeapKiB: number;
  readonly engineKiB: number;
  readonly engineFds: number;
  readonly engineThreads: number;
  /** After a collection. */
  readonly serviceHeapKiB: number;
  readonly serviceKiB: number;
  readonly serviceFds: number;
  readonly handles: number;
  readonly strings: number;
}

async function statusOf(
  pid: number,
): Promise<{ readonly kib: number; readonly threads: number; readonly fds: number }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? '0');
  return { kib: number('RssAnon'), threads: number('Threads'), fds: (await readdir(`/proc/${pid}/fd`)).length };
}

const heapFile = join(home, 'heap.');
/** On a signal the process collects its garbage and says what is left: only that tells a leak from a heap that takes its ease. */
const hook = `import { renameSync, writeFileSync } from 'node:fs';
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const file = ${JSON.stringify(heapFile)} + process.pid;
  process.on('SIGUSR2', () => {
    gc(); gc();
    writeFileSync(file + '.new', String(process.memoryUsage().heapUsed));
    renameSync(file + '.new', file);
  });`;
// The service, which the engine starts, gets it too.
const env = { ...process.env, NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hook)}` };
spawn(
  process.execPath,
  [fileURLToPath(import.meta.resolve('#src/engine.js')), '--home', home, '--backend', 'simulator'],
  { stdio: 'ignore', env },
);

async function liveHeapKiB(of: number): Promise<number> {
  const file = `${heapFile}${of}`;
  await rm(file, { force: true });
  process.kill(of, 'SIGUSR2');
  for (let i = 0; i < 500; i++) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return Math.round(Number(text) / 1024);
    await sleep(20);
  }
  throw new Error(`process ${of} does not tell its heap`);
}

for (let i = 0; i < 500 && !existsSync(join(home, 'engine.json')); i++) await sleep(20);
const client = await connect({ home, backend: 'simulator', timeoutMs: 60_000 });
await client.list(true);
const { pid } = await client.engineStatus();

async function sample(done: number, times: readonly number[]): Promise<Sample> {
  const control = await connectSimulator(home);
  if (control === undefined) throw new Error('the simulated service has gone');
  const counts = await control.rpc.sendRequest<{ pid: number; handles: number; strings: number }>('status');
  control.close();
  const [host, service] = await Promise.all([statusOf(pid), statusOf(counts.pid)]);
  const sorted = [...times].sort((a, b) => a - b);
  return {
    done,
    p50: median(times),
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    engineHeapKiB: await liveHeapKiB(pid),
    engineKiB: host.kib,
    engineFds: host.fds,
    engineThreads: host.threads,
    serviceHeapKiB: await liveHeapKiB(counts.pid),
    serviceKiB: service.kib,
    serviceFds: service.fds,
    handles: counts.handles,
    strings: counts.strings,
  };
}

/** `act` so many times, a few at once, with samples between: nothing is under way while one is taken. */
async function repeat(times: number, act: (n: number) => Promise<void>): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const atOnce = Number(values['at-once']);
  for (let done = 0; done < times;) {
    const until = Math.min(times, done + Math.ceil(times / SAMPLES));
    const took: number[] = [];
    let next = done;
    const worker = async (): Promise<void> => {
      for (let n = next++; n < until; n = next++) {
        const began = performance.now();
        await act(n);
        took.push(performance.now() - began);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    done = until;
    samples.push(await sample(done, took));
  }
  return samples;
}

/** All of it, as the command line takes it: from the private pipe, and the rest from the log. */
async function outputOf(id: string, execId: string, pipe: PrivatePipe | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  const opened = pipe && (await openPrivatePipe(pipe).catch(() => undefined));
  if (opened !== undefined) for await (const chunk of opened) chunks.push(chunk as Buffer);
  const from = chunks.reduce((sum, { length }) => sum + length, 0);
  for await (const chunk of await client.openStream({ id, execId, stream: 'stdout', from })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

interface Judged {
  readonly figure: Exclude<keyof Sample, 'done'>;
  readonly unit: string;
  /** Growth over as many operations again as were measured that is taken for none, whatever noise says. */
  readonly allowed: (samples: readonly Sample[]) => number;
}

const half = (samples: readonly Sample[]): number => samples[Math.floor(samples.length / 2)]?.p50 ?? 0;
/** Threads that the second half lacked at its lowest of what the first one had at its highest. */
function regained(samples: readonly Sample[]): number {
  const threads = samples.map(({ engineThreads }) => engineThreads);
  const middle = Math.floor(threads.length / 2);
  return Math.max(0, Math.max(...threads.slice(0, middle)) - Math.min(...threads.slice(middle)));
}
const FIGURES: readonly Judged[] = [
  { figure: 'p50', unit: 'ms', allowed: (samples) => 0.1 * half(samples) },
  { figure: 'p99', unit: 'ms', allowed: (samples) => half(samples) },
  { figure: 'engineHeapKiB', unit: 'KiB', allowed: () => 1024 },
  // What the process has of the system grows in steps to what V8 thinks fit.
  { figure: 'engineKiB', unit: 'KiB', allowed: () => 32 * 1024 },
  { figure: 'engineFds', unit: '', allowed: () => 3 },
  // .NET's pool gives threads back and takes them again, on a busy machine more than on a quiet one.
  { figure: 'engineThreads', unit: '', allowed: (samples) => 3 + regained(samples) },
  // Its trace keeps 4,096 calls, a few MiB, and is not full after a short soak.
  { figure: 'serviceHeapKiB', unit: 'KiB', allowed: () => (values.short ? 8 : 1) * 1024 },
  { figure: 'serviceKiB', unit: 'KiB', allowed: () => 32 * 1024 },
  { figure: 'serviceFds', unit: '', allowed: () => 3 },
  { figure: 'handles', unit: '', allowed: () => 1 },
  { figure: 'strings', unit: '', allowed: () => 0 },
];

let passed = 0;
let failed = 0;

/** The second half only: caches fill, code is compiled and heaps find their size in the first. */
function judge(name: string, samples: readonly Sample[]): void {
  const later = samples.slice(Math.floor(samples.length / 2));
  const span = (later.at(-1)?.done ?? 0) - (later[0]?.done ?? 0);
  for (const { figure, unit, allowed } of FIGURES) {
    // Neighbours on the machine make times of a minute grow and shrink.
    if (values.short && ['p50', 'p99'].includes(figure)) continue;
    const { slope, error } = fit(later.map((one) => [one.done, one[figure]]));
    const growth = slope * span;
    // Three standard errors: what noise alone gives once in a few hundred runs.
    const good = growth <= Math.max(allowed(samples), 3 * error * span);
    const first = samples[0]?.[figure] ?? 0;
    const last = samples.at(-1)?.[figure] ?? 0;
    say(
      `${good ? 'passed' : 'failed'} ${name}: ${figure}: ${first.toFixed(1)} first, ${last.toFixed(1)} last, slope ${(slope * 1000).toFixed(3)} ${unit} per 1000 ± ${(error * 1000).toFixed(3)}${good ? '' : ': it grows'}`,
    );
    if (good) passed++;
    else failed++;
  }
}

const base = { cwd: 'C:\\', user: { username: '' } };
const shell = (script: string): { args: string[]; cwd: string; user: { username: string } } => ({
  args: ['sh', '-c', script],
  ...base,
});
const wrong: string[] = [];
try {
  const spec = { ociVersion: '1.0.2', process: shell('sleep 100000') };
  await client.create({ id: 'soak', builtinBase: true, spec });
  await client.start({ id: 'soak' });
  const execs = await repeat(values.short ? 600 : Number(values.execs), async (n) => {
    const { execId, stdio } = await client.exec({
      id: 'soak',
      process: shell(`echo ${n}; exit ${n % 50}`),
      foreground: ['stdout'],
    });
    const said = await outputOf('soak', execId, stdio.stdout);
    if (said !== `${n}\n`) wrong.push(`exec ${n} said ${JSON.stringify(said)}`);
    const { exitCode } = await client.wait('soak', execId, 'container');
    if (exitCode !== n % 50) wrong.push(`exec ${n} ended with ${String(exitCode)}`);
  });
  judge('execs', execs);
  await client.delete('soak', true);
  const lives = await repeat(values.short ? 150 : Number(values.lives), async (n) => {
    const id = `life-${n}`;
    await client.create({ id, builtinBase: true, spec: { ociVersion: '1.0.2', process: shell(`exit ${n % 50}`) } });
    await client.start({ id });
    const { exitCode } = await client.wait(id, undefined, 'container');
    if (exitCode !== n % 50) wrong.push(`container ${id} ended with ${String(exitCode)}`);
    await client.delete(id, false);
  });
  judge('lives', lives);
  const { handles, strings } = await sample(0, []);
  if (handles !== 0 || strings !== 0)
    wrong.push(`in the end the service counts ${handles} handles, ${strings} strings`);
} finally {
  await client.engineStop({ force: true }).catch(() => undefined);
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
}
for (const what of wrong.slice(0, 20)) say(`failed ${what}`);
failed += wrong.length;
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
