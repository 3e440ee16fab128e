/**
 * `npm run torture [-- --points 300 --containers 20 --seed N]`: 20 users live containers' lives while the engine, the commands,
 * the simulated service and the programs are killed with -9 at random points; afterwards everything must be right.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { life } from './life.js';
import { Random } from './random.js';
import { remains, verdict } from './verdict.js';
import { slay, World } from './world.js';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '300' },
    containers: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    keep: { type: 'boolean', default: false },
  },
});
const points = Number(values.points);
const seed = Number(values.seed);
const world = new World(await mkdtemp(join(tmpdir(), 'hcs-torture-')), randomUUID());
const random = new Random(seed);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say(`torture: seed ${seed}, ${points} points, ${values.containers} users, home ${world.home}`);

const killed = { engine: 0, service: 0, command: 0, program: 0 };
let over = false;
let lives = 0;
const faults: string[] = [];

async function user(n: number): Promise<void> {
  const mine = new Random(seed + 7919 * (n + 1));
  while (!over) {
    try {
      await life(world, mine, `t${n}`);
      lives++;
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      over = true;
    }
  }
}

async function target(): Promise<[keyof typeof killed, number] | undefined> {
  const dice = random.next();
  if (dice < 0.3) {
    const pid = await world.pidOf('engine');
    return pid === undefined ? undefined : ['engine', pid];
  }
  if (dice < 0.36) {
    const pid = await world.pidOf('service');
    return pid === undefined ? undefined : ['service', pid];
  }
  if (dice < 0.6) {
    const pid = random.pick([...world.commands])?.pid;
    return pid === undefined ? undefined : ['command', pid];
  }
  const pid = random.pick(await world.programs());
  return pid === undefined ? undefined : ['program', pid];
}

async function executioner(): Promise<void> {
  for (let done = 0; done < points && !over;) {
    await new Promise((resolve) => setTimeout(resolve, random.between(20, 500)));
    const prey = await target();
    if (prey === undefined || !slay(prey[1])) continue;
    killed[prey[0]]++;
    done++;
    if (done % 25 === 0) say(`${done} points, ${lives} lives`);
  }
  over = true;
}

const began = performance.now();
await Promise.all([executioner(), ...Array.from({ length: Number(values.containers) }, (_, n) => user(n))]);
faults.push(...(await verdict(world)));
await world.hcs(['engine', 'stop']);
faults.push(...(await remains(world)));
for (const fault of faults) say(`fault: ${fault}`);
say(
  `${Object.values(killed).reduce((a, b) => a + b)} points (${Object.entries(killed)
    .map(([what, n]) => `${what} ${n}`)
    .join(', ')}), ${lives} whole lives, ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}`,
);
say(`${faults.length === 0 ? 1 : 0} passed, ${faults.length} failed`);
if (!values.keep && faults.length === 0) await rm(world.home, { recursive: true, force: true, maxRetries: 5 });
process.exitCode = faults.length === 0 ? 0 : 1;
