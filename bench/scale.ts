/** Rows about many running containers: state, list, complete, and what each costs the engine. */
import { connect, type Client } from '#src/rpc/client/index.js';
import { timed } from './commands.js';
import type { Installation } from './installation.js';
import { atMost, beside, median, must, pairwise, quantile, repeat, within, type Row } from './measure.js';
import { usage } from './processes.js';

/** Latencies in ms with so many containers running. */
export interface Point {
  readonly count: number;
  readonly stateP50: number;
  readonly stateP99: number;
  readonly list: number;
  /** Create and start of one, while the next ones come. */
  readonly start: number;
}

const name = (n: number): string => `scale-${n}`;

async function bringUp(client: Client, from: number, to: number): Promise<number[]> {
  return repeat(to - from, 2, async (n) => {
    const id = name(from + n);
    await client.create({ id, builtinBase: true, spec: { process: { args: ['sleep', '100000'], cwd: '/' } } });
    await client.start({ id });
  });
}

async function look(
  client: Client,
  count: number,
  times: number,
  start: number,
): Promise<{ readonly states: readonly number[]; readonly point: Point }> {
  const states = await repeat(times, 1, async (n) => {
    const id = name((n * 7919) % count);
    const found = await client.state(id);
    must(found.id === id && found.status === 'running', `${id} is ${found.status}`);
  });
  const lists = await repeat(Math.max(5, Math.ceil(times / 100)), 1, async () => {
    const { items } = await client.list(false);
    must(items.filter(({ status }) => status === 'running').length === count, `${items.length} of ${count} are listed`);
  });
  const point = { count, stateP50: median(states), stateP99: quantile(states, 0.99), list: median(lists), start };
  return { states, point };
}

async function completeRow(installation: Installation, what: string, rounds: number, lines: number): Promise<Row> {
  const { node, hcs, env } = installation;
  let empty = 0;
  const pairs = await pairwise(
    rounds,
    () =>
      timed(node, [hcs, 'complete', '--lines', '--next', '--', 'stop'], env, 0, (text) => {
        const got = text.split('\n').filter((line) => line.startsWith('scale-')).length;
        // It gives up on live names after 50 ms, and says nothing wrong then.
        must(got === lines || got === 0, `${got} of ${lines} names`);
        if (got < lines) empty++;
      }),
    () => timed(node, ['-e', '0'], env),
  );
  const gaveUp = empty === 0 ? '' : ` (${empty} of ${rounds} gave up on names)`;
  return atMost(`${what}${gaveUp}`, 'node -e 0', 'ms', 1.3, pairs);
}

export async function scaleRows(
  installation: Installation,
  rounds: number,
  short: boolean,
  points: Point[],
): Promise<readonly Row[]> {
  const steps = short ? [2, 6] : [10, 30, 100, 300, 1000];
  const times = short ? 50 : 3000;
  const client = await connect({ home: installation.home, backend: 'simulator' });
  const rows: Row[] = [];
  let up = 0;
  try {
    await client.list(false);
    const { pid } = await client.engineStatus();
    rows.push(await completeRow(installation, 'hcs complete, no container', rounds, 0));
    const seen: Awaited<ReturnType<typeof look>>[] = [];
    const memory: number[] = [];
    for (const count of steps) {
      const start = median(await bringUp(client, up, count));
      up = count;
      // Not counted: the engine's code is compiled meanwhile, which would flatter every later count.
      if (seen.length === 0) await look(client, count, times, start);
      const { states, point } = await look(client, count, times, start);
      memory.push((await usage(pid)).kib);
      seen.push({ states, point });
      points.push(point);
    }
    const [few, many] = [seen[0], seen.at(-1)];
    if (few === undefined || many === undefined) throw new Error('nothing was measured');
    const row = beside(`container/state, ${many.point.count} running`, `${few.point.count} running`, 'ms', {
      ours: many.states,
      theirs: few.states,
    });
    const p50 = many.point.stateP50 / few.point.stateP50;
    const p99 = many.point.stateP99 / few.point.stateP99;
    rows.push(
      { ...row, what: `${row.what}, p50`, ratio: p50, reach: '<= 1.1x', verdict: p50 <= 1.1 ? 'reached' : 'not yet' },
      {
        ...row,
        what: `${row.what}, p99`,
        ours: { min: many.point.stateP99, median: many.point.stateP99, max: many.point.stateP99 },
        theirs: { min: few.point.stateP99, median: few.point.stateP99, max: few.point.stateP99 },
        ratio: p99,
        reach: '<= 2x',
        verdict: p99 <= 2 ? 'reached' : 'not yet',
      },
      within(
        'engine memory for each container',
        'KiB',
        [((memory.at(-1) ?? 0) - (memory[0] ?? 0)) / (many.point.count - few.point.count)],
        { most: 100 },
      ),
      await completeRow(installation, `hcs complete stop, ${many.point.count} containers`, rounds, many.point.count),
    );
    return rows;
  } finally {
    await repeat(up, 8, (n) => client.delete(name(n), true));
    await client.close();
  }
}
