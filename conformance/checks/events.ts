/** Order and replay of events. */
import assert from 'node:assert/strict';
import { group } from '../check.js';
import type { Target } from '../target.js';

interface Event {
  readonly type: string;
  readonly containerId: string;
  readonly processId: string;
  readonly sequence: number;
  readonly cursor: number;
  readonly epoch: string;
  readonly exitCode?: number | null;
  readonly cause?: string;
}

const RULES = 'models 5.7 as adapted in design 6';

async function eventsOf(target: Target, id: string): Promise<readonly Event[]> {
  const all: Event[] = [];
  for (let after = 0; ;) {
    const { document } = await target.json(['events', '--after', String(after)]);
    const items = document['items'] as Event[];
    if (items.length === 0) break;
    all.push(...items);
    after = items.at(-1)?.cursor ?? after;
  }
  return all.filter((e) => e.containerId === id);
}

/** A whole life with an exec, and its events. */
async function life(target: Target): Promise<readonly Event[]> {
  const id = target.id();
  await target.hcs(['create', '--id', id, ...target.base, '--', 'cmd']);
  await target.hcs(['start', '-i', id]);
  await target.hcs(['exec', '--exec-id', 'job', id, '--', 'cmd', '/c', 'exit 3']);
  await target.hcs(['kill', id]);
  await target.hcs(['wait', id]);
  await target.hcs(['delete', id]);
  return eventsOf(target, id);
}

const at = (events: readonly Event[], type: string, processId = 'init'): number =>
  events.findIndex((e) => e.type === type && e.processId === processId);

export const events = group(
  'events',
  ['container'],
  [
    [
      'order-of-a-life',
      'create comes before start, start before exit, exit before delete',
      RULES,
      async (target) => {
        const found = await life(target);
        const order = ['create', 'start', 'exit', 'delete'].map((type) => at(found, type));
        assert.ok(
          order.every((p) => p >= 0),
          JSON.stringify(found),
        );
        assert.deepEqual(
          order,
          [...order].sort((a, b) => a - b),
        );
      },
    ],
    [
      'order-of-an-exec',
      'exec-added comes before exec-started, and both before the exit of that exec',
      RULES,
      async (target) => {
        const found = await life(target);
        const order = ['exec-added', 'exec-started', 'exit'].map((type) => at(found, type, 'job'));
        assert.ok(
          order.every((p) => p >= 0),
          JSON.stringify(found),
        );
        assert.deepEqual(
          order,
          [...order].sort((a, b) => a - b),
        );
        assert.equal(found[at(found, 'exit', 'job')]?.exitCode, 3);
      },
    ],
    [
      'sequence-is-gapless',
      'the sequence of one id and epoch is 1, 2, 3 without gaps',
      RULES,
      async (target) => {
        const found = await life(target);
        assert.deepEqual(
          found.map((e) => e.sequence),
          found.map((_, i) => i + 1),
        );
        assert.equal(new Set(found.map((e) => e.epoch)).size, 1);
      },
    ],
    [
      'cursor-grows',
      'the cursor grows from event to event',
      RULES,
      async (target) => {
        const cursors = (await life(target)).map((e) => e.cursor);
        assert.deepEqual(
          cursors,
          [...new Set(cursors)].sort((a, b) => a - b),
        );
      },
    ],
    [
      'stopping-before-exit',
      "init's end is told at once as stopping, with its code",
      'design 6',
      async (target) => {
        const found = await life(target);
        const stopping = at(found, 'stopping');
        assert.ok(stopping >= 0 && stopping < at(found, 'exit'));
      },
    ],
    [
      'exit-exactly-once',
      'each process has exactly one exit event',
      RULES,
      async (target) => {
        const found = await life(target);
        for (const process of ['init', 'job']) {
          assert.equal(found.filter((e) => e.type === 'exit' && e.processId === process).length, 1);
        }
      },
    ],
    [
      'not-found-has-an-exit',
      'a container whose program cannot be created has an exit event with 127',
      'seed bug B12',
      async (target) => {
        const id = target.id();
        await target.hcs(['run', '--id', id, ...target.base, '--', 'no-such-program-at-all']);
        const found = await eventsOf(target, id);
        await target.hcs(['delete', '--force', id]);
        assert.equal(found[at(found, 'exit')]?.exitCode, 127);
      },
    ],
    ...(['stop', 'kill'] as const).map(
      (verb) =>
        [
          `cause-${verb}`,
          `the end of a container that ${verb} asked for is published as stopping with that cause, once`,
          'design 6: stopping {cause}',
          (target: Target) =>
            target.withRunning(async (id) => {
              await target.hcs([verb, id]);
              await target.hcs(['wait', id]);
              const causes = (await eventsOf(target, id)).filter((e) => e.type === 'stopping').map((e) => e.cause);
              assert.deepEqual(causes, [verb]);
            }),
        ] as const,
    ),
    [
      'cause-init-exited',
      'a container that ends by itself has the cause initExited and the exit code at once',
      'design 6: stopping {cause, exitCode}',
      async (target) => {
        const id = target.id();
        await target.hcs(['run', '--id', id, ...target.base, '--', 'cmd', '/c', 'exit 3']);
        const stopping = (await eventsOf(target, id)).find((e) => e.type === 'stopping');
        await target.hcs(['delete', '--force', id]);
        assert.equal(stopping?.cause, 'initExited');
        assert.equal(stopping.exitCode, 3);
      },
    ],
    [
      'new-epoch',
      'a new container with an old id has a new epoch and starts at 1',
      'design 6',
      async (target) => {
        const id = target.id();
        for (let i = 0; i < 2; i++) {
          await target.hcs(['create', '--id', id, ...target.base, '--', 'cmd']);
          await target.hcs(['delete', id]);
        }
        const found = await eventsOf(target, id);
        const epochs = [...new Set(found.map((e) => e.epoch))];
        assert.equal(epochs.length, 2);
        for (const epoch of epochs) assert.equal(found.find((e) => e.epoch === epoch)?.sequence, 1);
      },
    ],
  ],
);
