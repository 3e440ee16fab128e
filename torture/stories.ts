/** The rules of docs/events.md that can be seen from outside, over every incarnation of every id. Used by torture and by faults. */

export interface StoryEvent {
  readonly type: string;
  readonly containerId: string;
  readonly processId: string;
  readonly sequence: number;
  readonly cursor: number;
  readonly epoch: string;
  readonly exitCode?: number | null | undefined;
  readonly exitUnknown?: string | undefined;
}

const FIRST = { init: 'start', exec: 'exec-started' } as const;

function storyFaults(events: readonly StoryEvent[], whole: boolean): readonly string[] {
  const faults: string[] = [];
  if (events.some((event, i) => event.sequence !== i + 1)) faults.push('its sequence has a gap or a step back');
  const types = events.map((event) => event.type);
  if (types.filter((type) => type === 'create').length > 1) faults.push('more than one create');
  if (types.includes('create') && types[0] !== 'create') faults.push('something comes before create');
  const end = types.indexOf('delete');
  if (end >= 0 && end !== types.length - 1) faults.push('something comes after delete');
  if (whole && end < 0) faults.push('it does not end with delete');
  const initExit = events.findIndex((event) => event.processId === 'init' && event.type === 'exit');
  for (const process of new Set(events.map((event) => event.processId))) {
    const at = (type: string): number =>
      events.findIndex((event) => event.processId === process && event.type === type);
    const exits = events.filter((event) => event.processId === process && event.type === 'exit');
    const start = at(process === 'init' ? FIRST.init : FIRST.exec);
    const exit = at('exit');
    if (process === 'init' && exits.length > 1) faults.push('more than one exit of init');
    if (start >= 0 && exit >= 0 && exit < start) faults.push(`exit of ${process} before its start`);
    if (process === 'init' && at('stopping') > exit && exit >= 0) faults.push('stopping after the exit of init');
    if (process === 'init') continue;
    const starts = events.filter((event) => event.processId === process && event.type === FIRST.exec).length;
    // An exec id may be used again after its exit.
    if (exits.length > starts) faults.push(`more exits than starts of ${process}`);
    if (exits.length < starts && (initExit >= 0 || whole)) faults.push(`no exit of ${process}`);
    const last = events.findLastIndex((event) => event.processId === process && event.type === 'exit');
    if (initExit >= 0 && last > initExit) faults.push(`exit of ${process} after that of init`);
  }
  for (const { type, exitCode, exitUnknown, processId } of events)
    if (type === 'exit' && typeof exitCode !== 'number' && exitUnknown === undefined)
      faults.push(`exit of ${processId} with neither a code nor why there is none`);
  return faults;
}

/** `whole`: every container has been deleted. The events come in the order in which they were read. */
export function eventFaults(events: readonly StoryEvent[], whole: boolean): readonly string[] {
  const faults: string[] = [];
  const byEpoch = new Map<string, StoryEvent[]>();
  let last = 0;
  for (const event of events) {
    if (event.cursor <= last) faults.push(`cursor ${event.cursor} after ${last}`);
    last = event.cursor;
    const known = byEpoch.get(event.epoch);
    if (known === undefined) byEpoch.set(event.epoch, [event]);
    else known.push(event);
  }
  for (const [epoch, story] of byEpoch) {
    const told = story.map(({ sequence, type, processId }) => `${sequence}:${type}/${processId}`).join(' ');
    for (const fault of storyFaults(story, whole))
      faults.push(`${story[0]?.containerId} (${epoch}): ${fault}: ${told}`);
  }
  return faults;
}
