/** States and verbs of a container. */
import assert from 'node:assert/strict';
import { group } from '../check.js';
import { refused } from '../expect.js';
import type { Target } from '../target.js';

const SEED = 'seed';
const D6 = 'design 6';

const state = async (target: Target, id: string): Promise<Record<string, unknown>> =>
  (await target.json(['state', id])).document;

const unknownId = [
  'start',
  'kill',
  'stop',
  'pause',
  'resume',
  'wait',
  'delete',
  'delete-task',
  'state',
  'top',
  'logs',
  'close-stdin',
].map(
  (verb) =>
    [
      `unknown-id-${verb}`,
      `${verb} of an unknown id is notFound, status 3`,
      'design 7',
      async (target: Target) => {
        const { status, document } = await target.json([verb, 'nobody-here']);
        assert.equal(status, 3);
        assert.equal((document['error'] as { code: string }).code, 'notFound');
      },
    ] as const,
);

export const lifecycle = group(
  'lifecycle',
  ['container'],
  [
    ...unknownId,
    [
      'created',
      'a created container is status created, without pid, times or code',
      SEED,
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 0'], async (id) => {
          const s = await state(target, id);
          assert.equal(s['status'], 'created');
          assert.equal(s['pid'], 0);
          assert.equal(s['startedAt'], null);
          assert.equal(s['exitCode'], null);
          assert.match(String(s['createdAt']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        }),
    ],
    [
      'duplicate-id',
      'an id in use is refused with 4, in any case of letters',
      SEED,
      (target) =>
        target.withContainer(['cmd'], async (id) => {
          const { status, document } = await target.json([
            'create',
            '--id',
            id.toUpperCase(),
            ...target.base,
            '--',
            'cmd',
          ]);
          assert.equal(status, 4);
          assert.equal((document['error'] as { code: string }).code, 'alreadyExists');
        }),
    ],
    [
      'id-is-free-after-delete',
      'an id can be used again after delete, as a new epoch',
      D6,
      async (target) => {
        const id = target.id();
        const epochs: unknown[] = [];
        for (let i = 0; i < 2; i++) {
          assert.equal((await target.hcs(['create', '--id', id, ...target.base, '--', 'cmd'])).status, 0);
          epochs.push((await state(target, id))['epoch']);
          assert.equal((await target.hcs(['delete', id])).status, 0);
        }
        assert.notEqual(epochs[0], epochs[1]);
      },
    ],
    [
      'start-gives-pid',
      'start answers with the pid that state shows',
      SEED,
      (target) =>
        target.withContainer(['cmd'], async (id) => {
          const { document } = await target.json(['start', '-i', id]);
          assert.ok((document['pid'] as number) > 0);
          const s = await state(target, id);
          assert.equal(s['status'], 'running');
          assert.equal(s['pid'], document['pid']);
        }),
    ],
    [
      'start-twice',
      'a running container cannot be started again',
      SEED,
      (target) =>
        target.withRunning(async (id) => {
          await refused(target, ['start', id], 'failedPrecondition');
        }),
    ],
    [
      'start-after-stop',
      'a stopped container cannot be started again',
      D6,
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 0'], async (id) => {
          await target.hcs(['start', id]);
          await target.hcs(['wait', id]);
          await refused(target, ['start', id], 'failedPrecondition');
        }),
    ],
    [
      'wait-gives-code-and-time',
      'wait answers with the exit code and the time',
      SEED,
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 21'], async (id) => {
          await target.hcs(['start', id]);
          const { status, document } = await target.json(['wait', id]);
          assert.equal(status, 0);
          assert.equal(document['exitCode'], 21);
          assert.match(String(document['exitedAt']), /Z$/);
        }),
    ],
    [
      'wait-twice',
      'a second wait answers the same',
      'hcs-facts 4.3 (H-seed second wait hangs)',
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 22'], async (id) => {
          await target.hcs(['start', id]);
          const answers = await Promise.all([target.json(['wait', id]), target.json(['wait', id])]);
          const later = await target.json(['wait', id]);
          for (const a of [...answers, later]) assert.equal(a.document['exitCode'], 22);
        }),
    ],
    [
      'wait-for-init',
      'wait --for init answers with the code of init',
      D6,
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 23'], async (id) => {
          await target.hcs(['start', id]);
          assert.equal((await target.json(['wait', '--for', 'init', id])).document['exitCode'], 23);
        }),
    ],
    [
      'wait-has-a-timeout',
      'wait --timeout ends with 124 while the container runs on',
      'design 7',
      (target) =>
        target.withRunning(async (id) => {
          const { status, document } = await target.json(['wait', '--timeout', '300ms', id]);
          assert.equal(status, 124);
          assert.equal((document['error'] as { code: string }).code, 'timeout');
          assert.equal((await state(target, id))['status'], 'running');
        }),
    ],
    [
      'kill-ends-it',
      'kill ends a running container; its init reports 1067',
      'field-notes F.3',
      (target) =>
        target.withRunning(async (id) => {
          assert.equal((await target.hcs(['kill', id])).status, 0);
          assert.equal((await target.json(['wait', id])).document['exitCode'], 1067);
        }),
    ],
    [
      'kill-is-idempotent',
      'kill of a stopped container is success',
      'hcs-facts 11 (hcsshim#1251)',
      (target) =>
        target.withRunning(async (id) => {
          await target.hcs(['kill', id]);
          await target.hcs(['wait', id]);
          assert.equal((await target.hcs(['kill', id])).status, 0);
        }),
    ],
    [
      'stop-ends-it',
      'stop ends a running container within its time',
      'seed shutdownContainer',
      (target) =>
        target.withRunning(async (id) => {
          assert.equal((await target.hcs(['stop', '--time', '5s', id])).status, 0);
          assert.equal((await state(target, id))['status'], 'stopped');
        }),
    ],
    [
      'stop-is-idempotent',
      'stop of a stopped container is success',
      'critest idempotence',
      (target) =>
        target.withRunning(async (id) => {
          await target.hcs(['stop', '--time', '1s', id]);
          assert.equal((await target.hcs(['stop', id])).status, 0);
        }),
    ],
    [
      'delete-created',
      'a created container can be deleted at once',
      'seed bug B17',
      async (target) => {
        const id = target.id();
        await target.hcs(['create', '--id', id, ...target.base, '--', 'cmd']);
        assert.equal((await target.hcs(['delete', id])).status, 0);
        assert.equal((await target.hcs(['state', id])).status, 3);
      },
    ],
    [
      'delete-running-refused',
      'a running container is not deleted without --force',
      'seed Delete',
      (target) =>
        target.withRunning(async (id) => {
          await refused(target, ['delete', id], 'failedPrecondition');
          assert.equal((await state(target, id))['status'], 'running');
        }),
    ],
    [
      'delete-force',
      'delete --force kills, waits and deletes',
      'design 7',
      (target) =>
        target.withRunning(async (id) => {
          assert.equal((await target.hcs(['delete', '--force', id])).status, 0);
          assert.equal((await target.hcs(['state', id])).status, 3);
        }),
    ],
    [
      'delete-task',
      'delete-task gives code and time and keeps the record',
      'seed DeleteTask',
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 24'], async (id) => {
          await target.hcs(['start', id]);
          await target.hcs(['wait', id]);
          assert.equal((await target.json(['delete-task', id])).document['exitCode'], 24);
          assert.equal((await state(target, id))['status'], 'stopped');
        }),
    ],
    [
      'delete-task-of-running',
      'delete-task of a running container is refused',
      'seed DeleteTask',
      (target) =>
        target.withRunning(async (id) => {
          await refused(target, ['delete-task', id], 'failedPrecondition');
        }),
    ],
    [
      'pause-needs-hyperv',
      'pause of a process-isolated container is unsupported, with the reason',
      'seed Pause',
      (target) =>
        target.withRunning(async (id) => {
          const { status, document } = await target.json(['pause', id]);
          assert.equal(status, 4);
          assert.equal((document['error'] as { code: string }).code, 'unsupported');
          assert.match((document['error'] as { message: string }).message, /hyper-?v/i);
        }),
    ],
    [
      'resume-needs-hyperv',
      'resume of a process-isolated container is unsupported',
      'seed Resume',
      (target) =>
        target.withRunning(async (id) => {
          await refused(target, ['resume', id], 'unsupported');
        }),
    ],
    [
      'checkpoint-unsupported',
      'checkpoint says that it is not supported, and why',
      'seed CreateCheckpoint',
      (target) =>
        target.withRunning(async (id) => {
          await refused(target, ['checkpoint', id], 'unsupported');
        }),
    ],
    [
      'top',
      'top lists init with its pid',
      'seed Summary',
      (target) =>
        target.withRunning(async (id) => {
          const pid = (await state(target, id))['pid'];
          const { document } = await target.json(['top', id]);
          const items = document['items'] as { pid: number; processId: string | null }[];
          assert.ok(items.some((p) => p.pid === pid && p.processId === 'init'));
        }),
    ],
    [
      'stats',
      'stats has memory and processor figures of a running container',
      'seed Stats',
      (target) =>
        target.withRunning(async (id) => {
          const { status, document } = await target.json(['stats', id]);
          assert.equal(status, 0, JSON.stringify(document));
          assert.match(JSON.stringify(document), /memory/i);
          assert.match(JSON.stringify(document), /processor|cpu/i);
        }),
    ],
    [
      'stats-of-created',
      'stats of a container that was not started is refused or answered, never a hang or an internal error',
      'field-notes B 13',
      (target) =>
        target.withContainer(['cmd'], async (id) => {
          const { document } = await target.json(['stats', id]);
          assert.notEqual((document['error'] as { code?: string } | undefined)?.code, 'internal');
        }),
    ],
    [
      'close-stdin',
      'close-stdin ends the input of a running init',
      'seed CloseStdin',
      (target) =>
        target.withRunning(async (id) => {
          assert.equal((await target.hcs(['close-stdin', id])).status, 0);
          assert.equal((await target.json(['wait', '--timeout', '30s', id])).status, 0);
        }),
    ],
    [
      'resize-range',
      'a size outside 1..65535 is refused with path, expected and got',
      'seed bug B22',
      (target) =>
        target.withRunning(async (id) => {
          for (const size of [
            ['0', '25'],
            ['65536', '25'],
            ['80', '0'],
          ] as const) {
            const { status, document } = await target.json(['resize', '--width', size[0], '--height', size[1], id]);
            assert.equal(status, 2, JSON.stringify(document));
          }
        }),
    ],
    [
      'labels',
      'labels given at create are listed as name and value',
      'design 7',
      (target) =>
        target.withContainer(
          ['cmd'],
          async (id) => {
            assert.deepEqual((await state(target, id))['labels'], [{ name: 'tier', value: 'web=1' }]);
          },
          ['--label', 'tier=web=1'],
        ),
    ],
    [
      'owner',
      'the owner is hostcompute unless given',
      'design 7',
      (target) =>
        target.withContainer(['cmd'], async (id) => {
          assert.equal((await state(target, id))['owner'], 'hostcompute');
        }),
    ],
    [
      'list-shows-all-own',
      'list shows running and stopped containers of this home',
      'design 7',
      (target) =>
        target.withRunning(async (running) => {
          await target.withContainer(['cmd'], async (created) => {
            const { document } = await target.json(['list']);
            const items = document['items'] as { id: string; status: string }[];
            assert.equal(items.find((i) => i.id === running)?.status, 'running');
            assert.equal(items.find((i) => i.id === created)?.status, 'created');
          });
        }),
    ],
    [
      'update-cpu-unsupported',
      'an update of memory or processors is unsupported with its reason, never silently done nothing',
      'seed UpdateResources, field-notes F.4 k',
      (target) =>
        target.withRunning(async (id) => {
          await refused(target, ['update', '--memory', '512m', id], 'unsupported');
        }),
    ],
  ],
);

export const hyperv = group(
  'hyperv',
  ['container', 'hyperv', 'simulator'],
  [
    [
      'pause-and-resume',
      'a Hyper-V container pauses, is listed as paused, and resumes',
      'seed Pause, Resume',
      (target) =>
        target.withRunning(
          async (id) => {
            assert.equal((await target.hcs(['pause', id])).status, 0);
            assert.equal((await state(target, id))['status'], 'paused');
            assert.equal((await target.hcs(['resume', id])).status, 0);
            assert.equal((await state(target, id))['status'], 'running');
          },
          ['--isolation', 'hyperv'],
        ),
    ],
    [
      'pause-twice',
      'a paused container cannot be paused again',
      'seed bug B19',
      (target) =>
        target.withRunning(
          async (id) => {
            await target.hcs(['pause', id]);
            await refused(target, ['pause', id], 'failedPrecondition');
          },
          ['--isolation', 'hyperv'],
        ),
    ],
    [
      'resume-running',
      'a running container cannot be resumed',
      'seed bug B19',
      (target) =>
        target.withRunning(
          async (id) => {
            await refused(target, ['resume', id], 'failedPrecondition');
          },
          ['--isolation', 'hyperv'],
        ),
    ],
    [
      'delete-paused-refused',
      'a paused container is not deleted without --force, and is with it',
      D6,
      (target) =>
        target.withRunning(
          async (id) => {
            await target.hcs(['pause', id]);
            await refused(target, ['delete', id], 'failedPrecondition');
            assert.equal((await target.hcs(['delete', '--force', id])).status, 0);
          },
          ['--isolation', 'hyperv'],
        ),
    ],
  ],
);
