/** What must hold when all is quiet again. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shortHash } from '#src/home/paths.js';
import { socketFolder } from '#src/home/sockets.js';
import { eventFaults, type StoryEvent } from './stories.js';
import type { World } from './world.js';

async function allEvents(world: World): Promise<readonly StoryEvent[] | string> {
  const events: StoryEvent[] = [];
  for (;;) {
    const answer = await world.hcs(['events', '--json', '--after', String(events.at(-1)?.cursor ?? 0)]);
    const items = answer.document?.['items'] as StoryEvent[] | undefined;
    if (items === undefined) return `events cannot be read: ${answer.stdout}`;
    if (items.length === 0) return events;
    events.push(...items);
  }
}

/** Everything that is wrong; empty when the run is good. */
export async function verdict(world: World): Promise<readonly string[]> {
  const faults: string[] = [];
  const list = await world.hcs(['list', '--json']);
  const items = list.document?.['items'] as { id: string; status: string }[] | undefined;
  if (items?.length !== 0) faults.push(`list is not empty: ${list.stdout}`);
  const events = await allEvents(world);
  faults.push(...(typeof events === 'string' ? [events] : eventFaults(events, true)));

  const status = (await world.hcs(['simulator', 'status', '--json'])).document;
  for (const what of ['computeSystems', 'processes', 'handles', 'strings']) {
    if (status?.['running'] === true && status[what] !== 0)
      faults.push(`the service still counts ${String(status[what])} ${what}`);
  }
  const programs = world.programs();
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
    const processes = world.servants();
    if (sockets.length === 0 && processes.length === 0) return [];
    if (Date.now() > deadline)
      return [
        ...sockets.map((name) => `socket ${name} is left`),
        ...processes.map((line) => `process ${line} is left`),
      ];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
