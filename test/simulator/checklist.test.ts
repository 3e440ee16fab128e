/**
 * The rows of the simulator's checklist (hcs-facts 11) and of field-notes F.3 that concern the service, one test a row under its own words. Rows about the
 * client's side of the ABI (slow callbacks, CoTaskMem) are in test/native/standin.test.ts and test/bridge.
 */
import { join } from 'node:path';
import test from 'ava';
import type { ExportName } from '#src/simulator/exports/opcodes.js';
import type { NotificationName } from '#src/simulator/notificationType.js';
import type { WireClient } from './client.js';
import {
  exitOf,
  jsonAt,
  numberAt,
  PENDING,
  program,
  running,
  service,
  sharedService,
  type Fixture,
  type StartedProcess,
} from './fixture.js';

const shared = sharedService(test);
let serial = 0;
const fresh = (): string => `check-${serial++}`;

/** Exports that may be pending, each with the notification that completes it and what must have happened before (hcs-facts 1.1). */
const ASYNCHRONOUS: readonly (readonly [ExportName, NotificationName, readonly ExportName[]])[] = [
  ['HcsStartComputeSystem', 'SystemStartCompleted', []],
  ['HcsPauseComputeSystem', 'SystemPauseCompleted', ['HcsStartComputeSystem']],
  ['HcsResumeComputeSystem', 'SystemResumeCompleted', ['HcsStartComputeSystem', 'HcsPauseComputeSystem']],
  ['HcsSaveComputeSystem', 'SystemSaveCompleted', ['HcsStartComputeSystem', 'HcsPauseComputeSystem']],
  ['HcsShutdownComputeSystem', 'SystemExited', ['HcsStartComputeSystem']],
  ['HcsTerminateComputeSystem', 'SystemExited', []],
];

async function created(
  client: WireClient,
  document: string,
): Promise<{ handle: number; registration: number; id: string }> {
  const id = fresh();
  const handle = numberAt(await client.call('HcsCreateComputeSystem', id, document, 0), 0);
  const registration = await client.register('system', handle);
  await client.notified(registration, 'SystemCreateCompleted');
  return { handle, registration, id };
}

/** Makes the call and waits until it is complete. */
async function complete(client: WireClient, name: ExportName, handle: number, registration: number): Promise<void> {
  const completing = ASYNCHRONOUS.find(([operation]) => operation === name)?.[1];
  const { hresult } = await client.call(name, handle, '');
  if (hresult === PENDING && completing !== undefined) await client.notified(registration, completing);
}

/** A program that ends with `code` when told: one that has ended before it is listened to is told of once, whatever the failpoint. */
async function waiting(
  client: WireClient,
  system: number,
  sim: Fixture,
  code: number,
): Promise<StartedProcess & { readonly go: () => void }> {
  const mark = `${fresh()}.mark`;
  const until = `while [ ! -e ${join(sim.home, mark)} ]; do sleep 0.02; done; exit ${code}`;
  return { ...(await program(client, system, until)), go: () => sim.write(mark, '') };
}

const end = (client: WireClient, handle: number): Promise<unknown> =>
  client.call('HcsTerminateComputeSystem', handle, '');

test.serial('checklist: pending and immediate completion are both reachable at each asynchronous export', async (t) => {
  const sim = shared();
  const client = await sim.client();
  for (const completion of ['pending', 'immediate'] as const) {
    await sim.fault({ name: 'HcsCreateComputeSystem', completion, count: 1 });
    const made = await client.call('HcsCreateComputeSystem', fresh(), sim.document(), 0);
    t.is(made.hresult, completion === 'pending' ? PENDING : 0, 'HcsCreateComputeSystem');
    await end(client, numberAt(made, 0));
    for (const [name, notification, before] of ASYNCHRONOUS) {
      const { handle, registration } = await created(client, sim.hyperV());
      for (const step of before) await complete(client, step, handle, registration);
      await sim.fault({ name, completion, count: 1 });
      const { hresult } = await client.call(name, handle, '');
      t.is(hresult, completion === 'pending' ? PENDING : 0, name);
      // An end is always told; another operation only where it was pending.
      if (completion === 'pending' || notification === 'SystemExited')
        await client.notified(registration, notification);
      else {
        await client.settled();
        t.is(client.count(registration, notification), 0, name);
      }
      await end(client, handle);
    }
  }
});

test.serial('checklist: a result document on success, and none on failure', async (t) => {
  const sim = shared();
  const client = await sim.client();
  await sim.fault({
    name: 'HcsEnumerateComputeSystems',
    result: '{"ErrorEvents":[{"Message":"by the way"}]}',
    count: 1,
  });
  const warned = await client.call('HcsEnumerateComputeSystems', '{}');
  t.is(warned.hresult, 0);
  t.like(jsonAt(warned, 1), { ErrorEvents: [{ Message: 'by the way' }] } as never);
  await sim.fault({ name: 'HcsEnumerateComputeSystems', error: 0x80070005, result: null, count: 1 });
  const bare = await client.call('HcsEnumerateComputeSystems', '{}');
  t.is(bare.hresult, 0x80070005);
  t.deepEqual(bare.values, [null, null]);
});

test.serial('checklist: a document on success can be missing', async (t) => {
  const sim = shared();
  const client = await sim.client();
  await sim.fault({ name: 'HcsEnumerateComputeSystems', ignored: true, count: 1 });
  t.deepEqual((await client.call('HcsEnumerateComputeSystems', '{}')).values, [null, null]);
});

test.serial('checklist: a success code other than zero (S_FALSE) at each asynchronous export', async (t) => {
  const sim = shared();
  const client = await sim.client();
  for (const [name, notification, before] of ASYNCHRONOUS) {
    const { handle, registration } = await created(client, sim.hyperV());
    for (const step of before) await complete(client, step, handle, registration);
    await sim.fault({ name, error: 1, completion: 'immediate', count: 1 });
    t.is((await client.call(name, handle, '')).hresult, 1, name);
    if (notification === 'SystemExited') await client.notified(registration, 'SystemExited');
    await end(client, handle);
  }
});

test.serial('checklist: an id that exists is refused while its system lives, with 0xC037010F', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, id } = await created(client, sim.document());
  t.is((await client.call('HcsCreateComputeSystem', id, sim.document(), 0)).hresult, 0xc037010f);
  await end(client, handle);
});

test.serial('checklist: a shutdown that never completes, and a terminate that ends it all the same', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle, registration } = await running(client, fresh(), sim.document());
  const stubborn = await program(client, handle, `trap '' TERM; while :; do sleep 1; done`);
  // Hangs inside the service, as guests do that do not listen.
  const hang = await sim.fault({ name: 'HcsShutdownComputeSystem', hang: true });
  const asked = client.call('HcsShutdownComputeSystem', handle, '');
  await client.settled();
  t.is(client.count(registration, 'SystemExited'), 0);
  t.is((await client.call('HcsTerminateComputeSystem', handle, '')).hresult, PENDING);
  await client.notified(registration, 'SystemExited');
  t.is((await exitOf(client, stubborn))['ExitCode'], 1067);
  await (await sim.control()).sendRequest('fault/clear', { id: hang });
  t.is((await asked).hresult, 0xc0370110);
});

test.serial(
  'checklist: an exit without a notification, of a process and of a system, that can still be asked for',
  async (t) => {
    const sim = shared();
    const client = await sim.client();
    const id = fresh();
    const { handle, registration } = await running(client, id, sim.document());
    // Meant for this system: those before it may still be on their way out.
    await sim.fault({ name: 'ProcessExited', system: id, lost: true, count: 1 });
    const quiet = await waiting(client, handle, sim, 5);
    quiet.go();
    for (;;) {
      const status = jsonAt(await client.call('HcsGetProcessProperties', quiet.handle), 0);
      if (status['Exited'] === true) {
        t.is(status['ExitCode'], 5);
        break;
      }
    }
    t.is(client.count(quiet.registration, 'ProcessExited'), 0);
    await sim.fault({ name: 'SystemExited', system: id, lost: true, count: 1 });
    await end(client, handle);
    while ((await client.call('HcsShutdownComputeSystem', handle, '')).hresult !== 0xc0370110);
    t.is(client.count(registration, 'SystemExited'), 0);
    t.is(jsonAt(await client.call('HcsGetComputeSystemProperties', handle, ''), 0)['Stopped'], true);
  },
);

test.serial('checklist: duplicates of each notification', async (t) => {
  const sim = shared();
  const client = await sim.client();
  for (const [name, notification, before] of ASYNCHRONOUS) {
    const { handle, registration, id } = await created(client, sim.hyperV());
    for (const step of before) await complete(client, step, handle, registration);
    // Meant for this system: the one before may still be on its way out.
    await sim.fault({ name: notification, system: id, duplicate: true, count: 1 });
    await client.call(name, handle, '');
    await client.notified(registration, notification, 2);
    await end(client, handle);
  }
  const id = fresh();
  const { handle } = await running(client, id, sim.document());
  await sim.fault({ name: 'ProcessExited', system: id, duplicate: true, count: 1 });
  const twice = await waiting(client, handle, sim, 0);
  twice.go();
  await client.notified(twice.registration, 'ProcessExited', 2);
  t.pass();
});

test('checklist: the connection to the service is lost at each wait, and its systems are found again', async (t) => {
  const sim = await service(t);
  for (const [name, , before] of ASYNCHRONOUS) {
    const client = await sim.client();
    const { handle, registration, id } = await created(client, sim.hyperV());
    for (const step of before) await complete(client, step, handle, registration);
    await sim.fault({ name, disconnect: true, after: true, count: 1 });
    await client.tryCall(name, handle, '');
    await client.untilClosed();
    const next = await sim.client();
    const again = await next.call('HcsOpenComputeSystem', id);
    if (again.hresult === 0) await end(next, numberAt(again, 0));
    else t.is(again.hresult, 0xc037010e, name);
  }
});

test.serial(
  'F.3: shutdown and terminate are pending on success, and only the exit notification confirms them',
  async (t) => {
    const sim = shared();
    const client = await sim.client();
    for (const name of ['HcsShutdownComputeSystem', 'HcsTerminateComputeSystem'] as const) {
      const { handle, registration } = await running(client, fresh(), sim.document());
      t.is((await client.call(name, handle, '')).hresult, PENDING);
      t.is((await client.notified(registration, 'SystemExited')).status, 0);
    }
  },
);

test.serial('F.3: a kill ends one process, not its tree, and it reports 1067', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle } = await running(client, fresh(), sim.document());
  const parent = await program(client, handle, 'sleep 100 & echo; wait');
  const list = async (): Promise<number[]> => {
    const { ProcessList } = jsonAt(
      await client.call('HcsGetComputeSystemProperties', handle, '{"PropertyTypes":["ProcessList"]}'),
      0,
    ) as { ProcessList: { ProcessId: number }[] };
    return ProcessList.map(({ ProcessId }) => ProcessId);
  };
  while ((await list()).length < 2);
  const child = (await list()).find((pid) => pid !== parent.pid);
  t.is((await client.call('HcsTerminateProcess', parent.handle)).hresult, 0);
  t.is((await exitOf(client, parent))['ExitCode'], 1067);
  t.deepEqual(await list(), [child]);
  await end(client, handle);
});

test.serial(
  'F.3: a system that was created and never started shows a blank state, and enumerations have no parent pids',
  async (t) => {
    const sim = shared();
    const client = await sim.client();
    const { handle, id } = await created(client, sim.document());
    const [shown] = JSON.parse(
      String((await client.call('HcsEnumerateComputeSystems', `{"Ids":["${id}"]}`)).values[0]),
    ) as {
      State: string;
    }[];
    t.is(shown?.State, '');
    await client.call('HcsStartComputeSystem', handle, '');
    await program(client, handle, 'exec sleep 100');
    const properties = await client.call('HcsGetComputeSystemProperties', handle, '{"PropertyTypes":["ProcessList"]}');
    t.false(/parent/i.test(String(properties.values[0])));
    await end(client, handle);
  },
);

test.serial('F.3: 0x80070490 is both "not there" and "ended", a handle that was closed is 0x80070006', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const { handle } = await running(client, fresh(), sim.document());
  t.is((await client.call('HcsOpenProcess', handle, 4_000_000)).hresult, 0x80070490);
  const done = await program(client, handle, 'exit 0');
  await exitOf(client, done);
  t.is((await client.call('HcsCloseProcess', done.handle)).hresult, 0);
  t.is((await client.call('HcsOpenProcess', handle, done.pid)).hresult, 0x80070490);
  t.is((await client.call('HcsCloseProcess', done.handle)).hresult, 0x80070006);
  t.is((await client.call('HcsOpenComputeSystem', 'nobody')).hresult, 0xc037010e);
  await end(client, handle);
});
