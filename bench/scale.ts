/** Rows about many running containers: state, list, complete, and what each costs the engine. */
import { connect, type Client } from '#src/rpc/client/index.js';
import { timed } from './commands.js';
import { install, type Installation } from './installation.js';
import {
  atMost,
  beside,
  median,
  must,
  pairwise,
  quantile,
  repeat,
  spread,
  within,
  type Pairs,
  type Row,
} from './measure.js';
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

/** The state of the `n`th of so many containers, in an order that goes round them all. */
async function askState(client: Client, count: number, n: number): Promise<void> {
  const id = name((n * 7919) % count);
  const found = await client.state(id);
  must(found.id === id && found.status === 'running', `${id} is ${found.status}`);
}

async function look(client: Client, count: number, times: number, start: number): Promise<Point> {
  const states = await repeat(times, 1, (n) => askState(client, count, n));
  const lists = await repeat(Math.max(5, Math.ceil(times / 100)), 1, async () => {
    const { items } = await client.list(false);
    must(items.filter(({ status }) => status === 'running').length === count, `${items.length} of ${count} are listed`);
  });
  return { count, stateP50: median(states), stateP99: quantile(states, 0.99), list: median(lists), start };
}

/** One engine with few containers beside the one with many, asked in turn: minutes apart, the machine differs by more than the counts do. */
async function besideFew(many: Client, count: number, few: number, times: number): Promise<Pairs> {
  const installation = await install();
  const client = await connect({ home: installation.home, backend: 'simulator' });
  try {
    await bringUp(client, 0, few);
    const pairs: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
    // The first half is not counted: the younger engine's code is compiled meanwhile.
    for (let n = 0; n < 2 * times; n++) {
      const [ours = NaN] = await repeat(1, 1, () => askState(many, count, n));
      const [theirs = NaN] = await repeat(1, 1, () => askState(client, few, n));
      if (n < times) continue;
      pairs.ours.push(ours);
      pairs.theirs.push(theirs);
    }
    return pairs;
  } finally {
    await repeat(few, 8, (n) => client.delete(name(n), true));
    await client.close();
    await installation.remove();
  }
}

function stateRows(count: number, few: number, pairs: Pairs): readonly Row[] {
  const row = beside(`container/state, ${count} running`, `${few} running`, 'ms', pairs);
  const at = (part: number, what: string, bound: number): Row => {
    const [ours, theirs] = [quantile(pairs.ours, part), quantile(pairs.theirs, part)];
    const ratio = ours / theirs;
    return {
      ...row,
      what: `${row.what}, ${what}`,
      ours: { ...spread(pairs.ours), median: ours },
      theirs: { ...spread(pairs.theirs), median: theirs },
      ratio,
      reach: `<= ${bound}x`,
      verdict: ratio <= bound ? 'reached' : 'not yet',
    };
  };
  return [at(0.5, 'p50', 1.1), at(0.99, 'p99', 2)];
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
    const memory: number[] = [];
    for (const count of steps) {
      const start = median(await bringUp(client, up, count));
      up = count;
      // Not counted: the engine's code is compiled meanwhile, which would flatter every later count.
      if (memory.length === 0) await look(client, count, times, start);
      points.push(await look(client, count, times, start));
      memory.push((await usage(pid)).kib);
    }
    const [few = 0] = steps;
    rows.push(
      ...stateRows(up, few, await besideFew(client, up, few, times)),
      within('engine memory for each container', 'KiB', [((memory.at(-1) ?? 0) - (memory[0] ?? 0)) / (up - few)], {
        most: 100,
      }),
      await completeRow(installation, `hcs complete stop, ${up} containers`, rounds, up),
    );
    return rows;
  } finally {
    await repeat(up, 8, (n) => client.delete(name(n), true));
    await client.close();
  }
}
