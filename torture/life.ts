/** One container's life at the hands of a user who carries on after every failure. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.js';
import type { Answer, World } from './world.js';

export interface Told {
  readonly id: string;
  /** The code with which the program ends when nobody kills it. */
  readonly own: number;
  /** What `wait` answered, if it ever did. */
  exit?: { code: number | null; unknown: string | undefined };
  /** Whether start was answered with success. */
  started: boolean;
  /** Why the program could not be started, where that was answered. */
  refused?: string;
}

const codeOf = (answer: Answer): string | undefined =>
  (answer.document?.['error'] as { code?: string } | undefined)?.code;

/** Answers that a user takes for "try again": the command was killed, or the engine went while it asked. */
const passing = (answer: Answer): boolean =>
  answer.status === null ||
  ['unavailable', 'timeout', 'cancelled', 'internal'].includes(codeOf(answer) ?? '') ||
  answer.document === undefined;

/**
 * An engine was killed just after HCS had made a system, before it had written what proves it: its record waits until nobody can be about
 * to start that system. Each new engine waits anew, so that this may last as long as engines are killed.
 */
const waits = (answer: Answer): boolean =>
  codeOf(answer) === 'failedPrecondition' && answer.stdout.includes('nothing proves');
const WAIT_MS = 500;
const LONGEST_WAIT_MS = 300_000;

/** A user does not ask at once: with all of them at it, the processors would have nothing left for whoever kills. */
const THINKING_MS = 1000;

/** Repeats a verb until it is answered; complains when it is not after many tries. */
async function insist(
  world: World,
  random: Random,
  args: readonly string[],
  good: (answer: Answer) => boolean,
): Promise<Answer> {
  let last: Answer | undefined;
  await sleep(random.between(0, THINKING_MS));
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (let i = 0; i < 60;) {
    last = await world.hcs(args, { prey: true });
    if (good(last)) return last;
    if (waits(last) && performance.now() < deadline) {
      await sleep(WAIT_MS);
      continue;
    }
    if (!passing(last)) break;
    i++;
  }
  throw new Error(`hcs ${args.join(' ')} was not answered as it must be: ${JSON.stringify(last)}`);
}

const gone = (answer: Answer): boolean => codeOf(answer) === 'notFound';

/**
 * create, start, now and then exec, stop or kill, wait, logs, delete. Every answer must be the truth: a container that was
 * answered as created is there until it is deleted, and its exit code is its own, that of a kill, or said to be unknown.
 */
export async function life(world: World, random: Random, id: string): Promise<Told> {
  const own = random.between(0, 60);
  const told: Told = { id, own, started: false };
  // Commands take seconds when all users want the processors: most programs must outlive them, or none is there to be killed.
  const pause = random.between(0, 60) / 10;
  const program = `i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); done; sleep ${pause}; exit ${own}`;

  await insist(
    world,
    random,
    ['create', '--json', '--id', id, '-e', `HCS_TORTURE=${world.mark}`, '--', 'sh', '-c', program],
    // A create whose answer was lost may have happened: then the id is taken, by us.
    (a) => a.status === 0 || codeOf(a) === 'alreadyExists',
  );
  const started = await insist(
    world,
    random,
    ['start', '--json', id],
    // A start whose answer was lost, or a container that died with the service, cannot be started again.
    (a) =>
      a.status === 0 ||
      codeOf(a) === 'failedPrecondition' ||
      gone(a) ||
      codeOf(a) === 'processCannotStart' ||
      codeOf(a) === 'hcsFailure',
  );
  told.started = started.status === 0;
  if (!told.started) told.refused = codeOf(started) ?? 'nothing';
  if (told.started && random.next() < 0.4) {
    await world.hcs(
      ['exec', '-d', '--json', '-e', `HCS_TORTURE=${world.mark}`, id, '--', 'sh', '-c', 'sleep 0.2; exit 3'],
      { prey: true },
    );
  }
  const fate = random.next();
  if (fate < 0.15) await world.hcs(['kill', '--json', id], { prey: true });
  else if (fate < 0.25) await world.hcs(['stop', '--json', '--time', '1s', id], { prey: true });

  const ended = await insist(
    world,
    random,
    ['wait', '--json', '--timeout', '30s', id],
    (a) => a.status === 0 || gone(a) || codeOf(a) === 'failedPrecondition',
  );
  if (ended.status === 0) {
    told.exit = {
      code: ended.document?.['exitCode'] as number | null,
      unknown: ended.document?.['exitUnknown'] as string | undefined,
    };
    // 137 is `kill` before init ran; 1067 is a terminated process; 126 an init that could not be run, since its launcher had been killed.
    const { code, unknown } = told.exit;
    const lawful = [own, 1067, 3221225786, 137, ...(told.started ? [] : [126])];
    if (code === null ? unknown === undefined : !lawful.includes(code))
      throw new Error(`container ${id} was to end with ${own}, but wait says ${JSON.stringify(told.exit)}`);
    const logs = await world.hcs(['logs', id], { prey: true });
    if (logs.status === 0) checkLines(id, logs.stdout);
  }
  await insist(world, random, ['delete', '--json', '--force', id], (a) => a.status === 0 || gone(a));
  return told;
}

/** The log must be a beginning of what the program wrote. */
function checkLines(id: string, text: string): void {
  let whole = '';
  for (let i = 0; i < 200; i++) whole += `line ${i}\n`;
  if (!whole.startsWith(text))
    throw new Error(`the log of ${id} is no prefix of what was written: ${JSON.stringify(text.slice(0, 200))}`);
}
