/** One case: a life up to the point, the fault, the verbs under it, and the way back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultClass } from './classes.js';
import { eventually, type Installation } from './installation.js';
import { Life, type Outcome, type Verb } from './life.js';
import type { Point } from './points.js';
import { cleared, outcomeFaults } from './verdict.js';

export interface Result {
  readonly point: Point;
  readonly fault: FaultClass;
  /** Outcomes of the verbs under the fault, as the page shows them. */
  readonly outcome: string;
  /** What is wrong; empty when the case is good. */
  readonly faults: readonly string[];
}

const PREPARED_AT_ONCE = 6;

/** `act` on each item, so many at once. Empties `items`. */
export async function pool<T>(items: T[], atOnce: number, act: (item: T) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let item = items.shift(); item !== undefined; item = items.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

let made = 0;
const nextId = (): string => `f${++made}`;

/** The exit status that the fault itself tells: an exit code with it may be what the service said. */
const toldBy = ({ rule }: FaultClass): number | undefined =>
  typeof rule['error'] === 'number' ? rule['error'] : undefined;

const shown = (outcomes: readonly Outcome[]): string =>
  outcomes
    .filter(({ verb }) => verb !== 'rest')
    .map(({ verb, text }) => `${verb}: ${text}`)
    .join('; ');

async function prepare(life: Life, point: Point): Promise<readonly string[]> {
  const faults: string[] = [];
  const terminal = point.before.includes('startTerminal');
  for (const verb of point.before) {
    const { text } = await life.run(verb, terminal);
    if (text !== 'ok') faults.push(`before the fault: ${verb}: ${text}`);
  }
  return faults;
}

async function under(life: Life, verbs: readonly Verb[], fault: FaultClass): Promise<[readonly Outcome[], string[]]> {
  const outcomes: Outcome[] = [];
  for (const verb of verbs) outcomes.push(await life.run(verb));
  return [outcomes, outcomes.flatMap((outcome) => outcomeFaults(outcome, toldBy(fault)))];
}

/** `general`: the point belongs to no compute system, so nothing else may run. */
export async function strike(
  installation: Installation,
  point: Point,
  fault: FaultClass,
  general = false,
): Promise<Result> {
  const id = nextId();
  const life = new Life(() => installation.client, id, point.hyperv === true, installation.home);
  const faults = [...(await prepare(life, point))];
  const armed = await installation.arm({ name: point.name, ...(general ? {} : { system: id }), ...fault.rule });
  const [outcomes, wrong] = await under(life, point.under, fault);
  const struck = await installation.disarm(armed);
  faults.push(...wrong);
  if (!general) faults.push(...(await cleared(installation, life)));
  return { point, fault, outcome: struck === 0 ? `not reached (${shown(outcomes)})` : shown(outcomes), faults };
}

/** What a container is when nothing is on its way any more. */
const settled = (installation: Installation, id: string): Promise<string | undefined> =>
  eventually(async () => {
    try {
      const { status, exitCode, exitUnknown } = await installation.client.state(id);
      if (status === 'lost' || status === 'stopping') return undefined;
      return status === 'stopped' && exitCode === null && exitUnknown === undefined ? undefined : status;
    } catch (e) {
      return (e as { code?: string }).code === 'notFound' ? 'none' : undefined;
    }
  }, 15_000);

/** The service, or the connection to it, is lost: all containers of the home are concerned, so one at a time. */
export async function lose(installation: Installation, point: Point, fault: FaultClass): Promise<Result> {
  const faults: string[] = [];
  const other = new Life(() => installation.client, nextId(), false, installation.home);
  const life = new Life(() => installation.client, nextId(), point.hyperv === true, installation.home);
  for (const verb of ['create', 'start'] as const) await other.run(verb);
  faults.push(...(await prepare(life, point)));
  const armed = await installation.arm({ name: point.name, system: life.id, ...fault.rule });
  const [outcomes, wrong] = await under(life, point.under, fault);
  await installation.disarm(armed);
  faults.push(...wrong);
  const dies = fault.rule['dieService'] === true;
  const end = await settled(installation, life.id);
  if (end === undefined) faults.push('it does not come to rest');
  const status = await settled(installation, other.id);
  const want = dies ? 'stopped' : 'running';
  if (status !== want) faults.push(`another container is ${String(status)} instead of ${want}`);
  for (const one of [life, other]) faults.push(...(await cleared(installation, one)));
  return { point, fault, outcome: `${shown(outcomes)}; then ${String(end)}; others ${String(status)}`, faults };
}

/** Each fault gets a container; then the engine is killed, and the next one meets the faults all at once. */
export async function reattach(
  installation: Installation,
  point: Point,
  classes: readonly FaultClass[],
): Promise<readonly Result[]> {
  interface Prepared {
    readonly life: Life;
    readonly fault: FaultClass;
    readonly faults: string[];
    readonly armed: number;
  }
  const cases: Prepared[] = [];
  const make = async (fault: FaultClass): Promise<void> => {
    const life = new Life(() => installation.client, nextId(), false, installation.home);
    const faults = [...(await prepare(life, point))];
    const armed = await installation.arm({ name: point.name, system: life.id, ...fault.rule });
    cases.push({ life, fault, faults, armed });
  };
  await pool([...classes], PREPARED_AT_ONCE, make);
  process.kill(await installation.pidOf('engine.json'), 'SIGKILL');
  await installation.connect();
  // The faults are met in the first attempts; a few more follow.
  await sleep(2500);
  const began = performance.now();
  const { items } = await installation.client.list(false);
  const listMs = performance.now() - began;
  const results: Result[] = [];
  for (const { life, fault, faults, armed } of cases) {
    const struck = await installation.disarm(armed);
    if (listMs > 2000) faults.push(`list took ${Math.round(listMs)} ms meanwhile`);
    const meanwhile = items.find((item) => item.id === life.id)?.status ?? 'none';
    results.push({ point, fault, outcome: `${struck === 0 ? 'not reached; ' : ''}meanwhile ${meanwhile}`, faults });
  }
  return Promise.all(
    results.map(async (result, i) => {
      const life = cases[i]?.life;
      if (life === undefined) return result;
      const status = await settled(installation, life.id);
      const more: string[] = status === undefined ? ['it does not come to rest'] : [];
      more.push(...(await cleared(installation, life)));
      return {
        ...result,
        outcome: `${result.outcome}; afterwards ${String(status)}`,
        faults: [...result.faults, ...more],
      };
    }),
  );
}
