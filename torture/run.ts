/**
 * `npm run torture [-- --points 300 --containers 20 --seed N]`: 20 users live containers' lives while the engine, the commands,
 * the simulated service, its launchers and the programs are killed with -9 at random points; afterwards everything must be right.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { life, type Told } from './life.js';
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

/** Shares of the points; engines and the service take most time to come back. */
const SHARES = { engine: 0.3, service: 0.06, launcher: 0.1, command: 0.24, program: 0.3 } as const;
type Prey = keyof typeof SHARES;
const CLASSES = Object.keys(SHARES) as readonly Prey[];
/** A class that has not been hit by this number of points is never hit. */
const ENOUGH = 30;
/** None of a class may live just then; one that is never there is a fault of the torture, or of the program. */
const PREY_WITHIN_MS = 60_000;

const killed: Record<Prey, number> = { engine: 0, service: 0, launcher: 0, command: 0, program: 0 };
let over = false;
/** Asked again after each wait. */
const isOver = (): boolean => over;
const lives = { whole: 0, started: 0, own: 0, ended: 0, unknown: 0 };
const refusals = new Map<string, number>();
const faults: string[] = [];

function count({ started, refused, exit, own }: Told): void {
  lives.whole++;
  if (started) lives.started++;
  if (refused !== undefined) refusals.set(refused, (refusals.get(refused) ?? 0) + 1);
  if (exit === undefined) return;
  if (exit.code === null) lives.unknown++;
  else if (exit.code === own) lives.own++;
  else lives.ended++;
}

async function user(n: number): Promise<void> {
  const mine = new Random(seed + 7919 * (n + 1));
  while (!over) {
    try {
      count(await life(world, mine, `t${n}`));
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      over = true;
    }
  }
}

function drawn(): Prey {
  let dice = random.next();
  for (const name of CLASSES) if ((dice -= SHARES[name]) < 0) return name;
  return 'program';
}

async function pidOf(prey: Prey): Promise<number | undefined> {
  if (prey === 'engine' || prey === 'service') return world.pidOf(prey);
  if (prey === 'command') return random.pick([...world.commands])?.pid;
  return random.pick(prey === 'launcher' ? await world.launchers() : world.programs());
}

async function executioner(): Promise<void> {
  for (let done = 0; done < points && !over;) {
    await sleep(random.between(20, 500));
    // The class is drawn once, or those that live longest would be hit most.
    const prey = drawn();
    const deadline = performance.now() + PREY_WITHIN_MS;
    for (;;) {
      const pid = await pidOf(prey);
      if (pid !== undefined && slay(pid)) break;
      if (isOver()) return;
      if (performance.now() > deadline) {
        faults.push(`in ${PREY_WITHIN_MS / 1000} s there was no ${prey} to kill`);
        over = true;
        return;
      }
      await sleep(20);
    }
    killed[prey]++;
    done++;
    if (done % 25 === 0) say(`${done} points, ${lives.whole} lives`);
  }
  over = true;
}

const began = performance.now();
await Promise.all([executioner(), ...Array.from({ length: Number(values.containers) }, (_, n) => user(n))]);
const missed = CLASSES.filter((name) => killed[name] === 0);
if (points >= ENOUGH && faults.length === 0 && missed.length > 0) faults.push(`never killed: ${missed.join(', ')}`);
if (lives.started === 0) faults.push('no program was ever started');
faults.push(...(await verdict(world)));
await world.hcs(['engine', 'stop']);
faults.push(...(await remains(world)));
for (const fault of faults) say(`fault: ${fault}`);
say(
  `${Object.values(killed).reduce((a, b) => a + b)} points (${Object.entries(killed)
    .map(([what, n]) => `${what} ${n}`)
    .join(', ')}), ${lives.whole} whole lives, ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}`,
);
say(
  `${lives.started} programs were started (not: ${[...refusals].map(([code, n]) => `${code} ${n}`).join(', ') || 'none'}); exits: ${lives.own} their own, ${lives.ended} of a kill, ${lives.unknown} unknown`,
);
say(`${faults.length === 0 ? 1 : 0} passed, ${faults.length} failed`);
if (!values.keep && faults.length === 0) await rm(world.home, { recursive: true, force: true, maxRetries: 5 });
process.exitCode = faults.length === 0 ? 0 : 1;
