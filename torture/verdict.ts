/** What must hold when all is quiet again. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shortHash } from '#src/home/paths.js';
import { socketFolder } from '#src/home/sockets.js';
import type { World } from './world.js';

interface Event {
  readonly type: string;
  readonly containerId: string;
  readonly processId: string;
  readonly sequence: number;
  readonly cursor: number;
  readonly epoch: string;
}

/** All rules of docs/events.md that can be seen from outside, over every incarnation of every id. */
async function eventFaults(world: World): Promise<readonly string[]> {
  const faults: string[] = [];
  const byEpoch = new Map<string, Event[]>();
  let last = 0;
  for (let after = 0; ;) {
    const answer = await world.hcs(['events', '--json', '--after', String(after)]);
    const items = answer.document?.['items'] as Event[] | undefined;
    if (items === undefined) return [`events cannot be read: ${answer.stdout}`];
    if (items.length === 0) break;
    for (const event of items) {
      if (event.cursor <= last) faults.push(`cursor ${event.cursor} after ${last}`);
      last = event.cursor;
      byEpoch.set(event.epoch, [...(byEpoch.get(event.epoch) ?? []), event]);
    }
    after = last;
  }
  for (const [epoch, events] of byEpoch) {
    const name = `${events[0]?.containerId ?? '?'} (${epoch})`;
    const say = (what: string): void => {
      faults.push(`${name}: ${what}: ${events.map((e) => `${e.sequence}:${e.type}/${e.processId}`).join(' ')}`);
    };
    if (events.some((e, i) => e.sequence !== i + 1)) say('sequence has a gap or a step back');
    for (const process of new Set(events.map((e) => e.processId))) {
      const at = (type: string): number => events.findIndex((e) => e.processId === process && e.type === type);
      const exits = events.filter((e) => e.processId === process && e.type === 'exit').length;
      const starts = process === 'init' ? at('start') : at('exec-started');
      if (process === 'init' && exits > 1) say('more than one exit of init');
      if (starts >= 0 && at('exit') >= 0 && at('exit') < starts) say(`exit of ${process} before its start`);
      if (process !== 'init' && starts >= 0 && exits === 0) say(`no exit of ${process}`);
    }
    const last = events.at(-1);
    if (last?.type !== 'delete') say('does not end with delete');
  }
  return faults;
}

/** Everything that is wrong; empty when the run is good. */
export async function verdict(world: World): Promise<readonly string[]> {
  const faults: string[] = [];
  const list = await world.hcs(['list', '--json']);
  const items = list.document?.['items'] as { id: string; status: string }[] | undefined;
  if (items?.length !== 0) faults.push(`list is not empty: ${list.stdout}`);
  faults.push(...(await eventFaults(world)));

  const status = (await world.hcs(['simulator', 'status', '--json'])).document;
  for (const what of ['computeSystems', 'processes', 'handles', 'strings']) {
    if (status?.['running'] === true && status[what] !== 0)
      faults.push(`the service still counts ${String(status[what])} ${what}`);
  }
  const programs = await world.programs();
  if (programs.length > 0) faults.push(`orphan processes: ${programs.join(', ')}`);
  const folders = await readdir(join(world.home, 'containers')).catch(() => []);
  if (folders.length > 0) faults.push(`${folders.length} log folders are left`);
  const scratch = await readdir(join(world.home, 'simulator/scratch')).catch(() => []);
  if (scratch.length > 0) faults.push(`${scratch.length} scratch folders are left`);
  return faults;
}

/** How long the simulated service may take to see that it is empty. */
const SERVICE_IDLE_MS = 20_000;

/** What is still there of the home when the engine has been stopped: sockets, processes. */
export async function remains(world: World): Promise<readonly string[]> {
  const folder = socketFolder();
  const mine = shortHash(world.home).slice(0, 12);
  const deadline = Date.now() + SERVICE_IDLE_MS;
  for (;;) {
    const sockets = (await readdir(folder)).filter((name) => name.includes(mine));
    const processes = await world.servants();
    if (sockets.length === 0 && processes.length === 0) return [];
    if (Date.now() > deadline)
      return [
        ...sockets.map((name) => `socket ${name} is left`),
        ...processes.map((line) => `process ${line} is left`),
      ];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
