/** What is wrong with a case, whatever the fault was. */
import { eventually, type Installation } from './installation.js';
import { OWN_EXIT, VERB_BOUND_MS, type Life, type Outcome } from './life.js';

/** `stop` and `kill` end a program with these. */
const ENDED_FROM_OUTSIDE = ['exit 1067', 'exit 3221225786', 'exit 137'];

/** Errors that no fault may lead to: they mean that nobody thought of it. */
const UNTHOUGHT = ['internal', 'not classified', 'invalidRequest'];

export function outcomeFaults(outcome: Outcome, told: number | undefined): readonly string[] {
  const faults: string[] = [];
  const { verb, text, ms, error } = outcome;
  if (ms > VERB_BOUND_MS) faults.push(`${verb} took ${Math.round(ms)} ms`);
  if (UNTHOUGHT.some((start) => text.startsWith(start))) faults.push(`${verb}: ${text}: ${JSON.stringify(error)}`);
  // A container's state alone may forbid a verb: then HCS was not asked.
  const unasked = error?.code === 'failedPrecondition' || / is lost: /.test(error?.message ?? '');
  if (error !== undefined && !unasked && error.phase === undefined)
    faults.push(`${verb} says no phase: ${JSON.stringify(error)}`);
  if (text.startsWith('exit ')) {
    const lawful = [`exit ${OWN_EXIT}`, 'exit unknown', ...ENDED_FROM_OUTSIDE];
    if (told !== undefined) lawful.push(`exit ${told}`);
    if (!lawful.includes(text)) faults.push(`${verb} says ${text}, which is not what happened`);
  }
  return faults;
}

/** With the fault gone, everything can be deleted, and the events tell a whole story. */
export async function cleared(installation: Installation, life: Life): Promise<readonly string[]> {
  let last = '';
  const gone = await eventually(async () => {
    try {
      await installation.client.delete(life.id, true, { timeoutMs: 3000 });
      return true;
    } catch (e) {
      last = e instanceof Error ? e.message : String(e);
      return (e as { code?: string }).code === 'notFound' ? true : undefined;
    }
  }, 15_000);
  return gone === undefined ? [`it cannot be deleted: ${last}`] : [];
}

interface Event {
  readonly containerId: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly cursor: number;
  readonly processId: string;
  readonly type: string;
}

export async function eventFaults(installation: Installation): Promise<readonly string[]> {
  const byEpoch = new Map<string, Event[]>();
  for (let after = 0; ;) {
    const { events } = await installation.client.eventsList(after, 1000);
    if (events.length === 0) break;
    for (const event of events) byEpoch.set(event.epoch, [...(byEpoch.get(event.epoch) ?? []), event]);
    after = events.at(-1)?.cursor ?? after;
  }
  const faults: string[] = [];
  for (const events of byEpoch.values()) {
    const story = events.map((e) => `${e.type}/${e.processId}`).join(' ');
    const say = (what: string): void => {
      faults.push(`${events[0]?.containerId ?? ''}: ${what}: ${story}`);
    };
    if (events.some((event, i) => event.sequence !== i + 1)) say('its events have a gap');
    for (const process of new Set(events.map((e) => e.processId)))
      if (events.filter((e) => e.processId === process && e.type === 'exit').length > 1) say(`two exits of ${process}`);
  }
  return faults;
}
