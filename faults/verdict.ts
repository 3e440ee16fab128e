/** What is wrong with a case, whatever the fault was. */
import { eventFaults, type StoryEvent } from '../torture/stories.js';
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

/** Faults of all that the events tell. Containers may live on. */
export async function storiesOf({ client }: Installation): Promise<readonly string[]> {
  const all: StoryEvent[] = [];
  for (;;) {
    const { events } = await client.eventsList(all.at(-1)?.cursor ?? 0, 1000);
    if (events.length === 0) return eventFaults(all, false);
    all.push(...events);
  }
}
