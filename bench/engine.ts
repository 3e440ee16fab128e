/** Rows about the engine as a whole: at rest, raced for, clients in number, and after many execs. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '#src/rpc/client/index.js';
import { timed } from './commands.js';
import { hostEndRows } from './hostEnd.js';
import { install, type Installation } from './installation.js';
import { median, must, repeat, within, type Row } from './measure.js';
import { processesOf, usage } from './processes.js';

const MIB = 1024;

async function restRows({ home }: Installation, short: boolean): Promise<Row[]> {
  const client = await connect({ home, backend: 'simulator' });
  await client.list(false);
  const { pid } = await client.engineStatus();
  const memory: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < (short ? 1 : 5); i++) {
    const before = await usage(pid);
    const began = performance.now();
    await pause(short ? 500 : 2000);
    const after = await usage(pid);
    memory.push(after.residentKib / MIB);
    cpu.push(((after.cpuMs - before.cpuMs) / (performance.now() - began)) * 100);
  }
  await client.close();
  return [
    within('idle engine, resident memory', 'MiB', memory, { most: 150 }),
    within('idle engine, processor', '%', cpu, { most: 0 }),
  ];
}

/** So many commands in a home where no engine runs: all must succeed, and be answered by one engine. */
async function raceRow(count: number): Promise<Row> {
  const fresh = await install();
  try {
    await repeat(count, count, () => timed(fresh.node, [fresh.hcs, 'list', '--json'], fresh.env));
    const engines = await processesOf(fresh.home, 'engine.mjs');
    must(engines.length === 1, `${count} starters made ${engines.length} engines`);
    return within(`${count} commands at once, no engine before: engines started`, 'engines', [engines.length], {
      most: 1,
    });
  } finally {
    await fresh.remove();
  }
}

async function clientsRow({ home }: Installation, count: number): Promise<Row> {
  const clients = await Promise.all(
    Array.from({ length: count }, () => connect({ home, backend: 'simulator', timeoutMs: 60_000 })),
  );
  try {
    const took = (
      await Promise.all(
        clients.map((client) =>
          repeat(20, 1, async () => {
            must(Array.isArray((await client.list(false)).items), 'no list');
          }),
        ),
      )
    ).flat();
    return within(`${count} clients at once, list of each`, 'ms', took, null);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function execRow({ home }: Installation, count: number, part: number): Promise<Row> {
  const client = await connect({ home, backend: 'simulator' });
  const id = 'bench-execs';
  await client.create({ id, builtinBase: true, spec: { process: { args: ['sleep', '100000'], cwd: '/' } } });
  await client.start({ id });
  try {
    const took = await repeat(count, 1, async (n) => {
      const { execId } = await client.exec({ id, process: { args: ['sh', '-c', `exit ${n % 50}`], cwd: '/' } });
      const { exitCode } = await client.wait(id, execId, 'container');
      must(exitCode === n % 50, `exec ${n} ended with ${String(exitCode)}`);
    });
    const [first, last] = [took.slice(0, part), took.slice(-part)];
    const ratio = median(last) / median(first);
    return {
      ...within(`exec in one container: the last ${part} of ${count}`, 'ms', last, null),
      floor: `the first ${part}`,
      theirs: within('', 'ms', first, null).ours,
      ratio,
      reach: '<= 1.1x',
      verdict: ratio <= 1.1 ? 'reached' : 'not yet',
    };
  } finally {
    await client.delete(id, true);
    await client.close();
  }
}

export async function engineRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  return [
    ...(await restRows(installation, short)),
    await raceRow(short ? 8 : 100),
    await clientsRow(installation, short ? 20 : 200),
    ...(await hostEndRows(installation, rounds)),
    await execRow(installation, short ? 20 : 10_000, short ? 10 : 1000),
  ];
}
