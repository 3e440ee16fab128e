import test from 'ava';
import { NotificationType, type NotificationName } from '#src/simulator/notificationType.js';
import { EXPORTS, type ExportName } from '#src/simulator/exports/opcodes.js';
import { exitOf, jsonAt, numberAt, PENDING, program, running, service, sharedService } from './fixture.js';

const shared = sharedService(test);
const ERROR = 0x800705aa;

test.serial('every export can be made to fail, without doing it, with a result document', async (t) => {
  const sim = shared();
  const control = await sim.control();
  const client = await sim.client();
  for (const name of Object.keys(EXPORTS) as ExportName[]) {
    const { id } = await control.sendRequest<{ id: number }>('fault/set', {
      rule: { name, error: '0x800705AA', count: 1 },
    });
    const shape = EXPORTS[name];
    const reply = await client.call(name, 'failing', '{}', 0);
    t.is(reply.hresult, ERROR, name);
    t.is(reply.values.length, shape.outs + (shape.result ? 1 : 0), name);
    if (shape.result) t.is(jsonAt(reply, shape.outs)['Error'], ERROR | 0, name);
    t.true(
      reply.values.slice(0, shape.outs).every((value) => value === null),
      name,
    );
    await control.sendRequest('fault/clear', { id });
  }
  t.is((await sim.status()).computeSystems, 0);
});

test.serial('a failpoint may be meant for one system, come late and end by itself', async (t) => {
  const sim = shared();
  const client = await sim.client();
  await sim.fault({ name: 'HcsStartComputeSystem', system: 'MINE', error: ERROR, skip: 1, count: 1 });
  const handles: number[] = [];
  for (const id of ['mine', 'yours'])
    handles.push(numberAt(await client.call('HcsCreateComputeSystem', id, sim.document(), 0), 0));
  const start = async (handle: number): Promise<number> =>
    (await client.call('HcsStartComputeSystem', handle, '')).hresult;
  t.is(await start(handles[1]!), PENDING);
  t.is(await start(handles[0]!), PENDING);
  t.is(await start(handles[0]!), ERROR);
  t.is(await start(handles[0]!), 0xc0370105);
  for (const handle of handles) await client.call('HcsTerminateComputeSystem', handle, '');
});

test.serial('a success code and an error after the fact are answered once it is done', async (t) => {
  const sim = shared();
  const client = await sim.client();
  await sim.fault({ name: 'HcsCreateComputeSystem', error: 1, count: 1 });
  const created = await client.call('HcsCreateComputeSystem', 'false', sim.document(), 0);
  t.is(created.hresult, 1);
  const handle = numberAt(created, 0);
  await sim.fault({ name: 'HcsStartComputeSystem', error: ERROR, after: true, result: '{"odd":1}', count: 1 });
  const started = await client.call('HcsStartComputeSystem', handle, '');
  t.is(started.hresult, ERROR);
  t.deepEqual(jsonAt(started, 0), { odd: 1 });
  t.is(jsonAt(await client.call('HcsGetComputeSystemProperties', handle, ''), 0)['State'], 'Running');
  await client.call('HcsTerminateComputeSystem', handle, '');
});

test.serial('a call hangs until the failpoint is cleared, and others go on meanwhile', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const id = await sim.fault({ name: 'HcsEnumerateComputeSystems', hang: true });
  let answered = false;
  const hanging = client.call('HcsEnumerateComputeSystems', '{}').then((reply) => {
    answered = true;
    return reply;
  });
  await client.settled();
  t.false(answered);
  const control = await sim.control();
  t.deepEqual(await control.sendRequest('fault/clear', { id }), { cleared: 1 });
  t.is((await hanging).hresult, 0);
});

test.serial('completion may be made immediate for one export', async (t) => {
  const sim = shared();
  const client = await sim.client();
  await sim.fault({ name: 'HcsCreateComputeSystem', completion: 'immediate', count: 1 });
  const created = await client.call('HcsCreateComputeSystem', 'quick', sim.document(), 0);
  t.is(created.hresult, 0);
  await client.call('HcsTerminateComputeSystem', numberAt(created, 0), '');
});

test.serial('a notification can be lost, doubled, late or of another status', async (t) => {
  const sim = shared();
  const client = await sim.client();
  await sim.fault({ name: 'SystemCreateCompleted', lost: true, count: 1 });
  const handle = numberAt(await client.call('HcsCreateComputeSystem', 'told', sim.document(), 0), 0);
  const registration = await client.register('system', handle);
  await sim.fault({ name: 'SystemStartCompleted', duplicate: true, count: 1 });
  await client.call('HcsStartComputeSystem', handle, '');
  await client.notified(registration, 'SystemStartCompleted', 2);
  t.is(client.count(registration, 'SystemCreateCompleted'), 0);

  await sim.fault({ name: 'ProcessExited', error: 0x8007006d, lastWaitResult: 258, count: 1 });
  const broken = await program(client, handle, 'exit 0');
  t.is((await exitOf(client, broken))['LastWaitResult'], 258);
  t.is((await client.notified(broken.registration, 'ProcessExited')).status, 0x8007006d);

  await sim.fault({ name: 'SystemExited', error: 0xc0370107, delayMs: 20, count: 1 });
  await client.call('HcsTerminateComputeSystem', handle, '');
  t.is((await client.notified(registration, 'SystemExited')).status, 0xc0370107);
});

test.serial('a notification can come before the call that causes it is answered', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const handle = numberAt(await client.call('HcsCreateComputeSystem', 'early', sim.document(), 0), 0);
  const registration = await client.register('system', handle);
  await client.notified(registration, 'SystemCreateCompleted');
  const early = async (name: NotificationName, call: ExportName): Promise<void> => {
    await sim.fault({ name, early: true, count: 1 });
    const at = client.arrivals.length;
    await client.call(call, handle, '');
    const first = client.arrivals[at]!;
    t.true('told' in first && first.told.type === NotificationType[name], name);
    t.true('reply' in client.arrivals[at + 1]!, name);
  };
  await early('SystemStartCompleted', 'HcsStartComputeSystem');
  await early('SystemExited', 'HcsTerminateComputeSystem');
  while ((await client.call('HcsOpenComputeSystem', 'early')).hresult === 0);
  t.is(client.count(registration, 'SystemStartCompleted'), 1);
  t.is(client.count(registration, 'SystemExited'), 1);
});

test.serial('a system can end while it is being started', async (t) => {
  const sim = shared();
  const client = await sim.client();
  const handle = numberAt(await client.call('HcsCreateComputeSystem', 'crash', sim.document(), 0), 0);
  const registration = await client.register('system', handle);
  await sim.fault({ name: 'HcsStartComputeSystem', systemExits: '0xC0370106', count: 1 });
  t.is((await client.call('HcsStartComputeSystem', handle, '')).hresult, PENDING);
  t.is((await client.notified(registration, 'SystemExited')).status, 0xc0370106);
  t.is(client.count(registration, 'SystemStartCompleted'), 0);
  t.is(jsonAt(await client.call('HcsGetComputeSystemProperties', handle, ''), 0)['ExitType'], 'UnexpectedExit');
});

test.serial('a failpoint that is not understood is refused by name', async (t) => {
  const control = await shared().control();
  for (const rule of [{ name: 'HcsNothing' }, { name: '*', eror: 1 }, { name: '*', error: 'many' }, {}])
    await t.throwsAsync(control.sendRequest('fault/set', { rule }), { message: /^fault / }, JSON.stringify(rule));
  const { items } = await control.sendRequest<{ items: unknown[] }>('fault/list');
  t.deepEqual(await control.sendRequest('fault/clear', {}), { cleared: items.length });
  t.deepEqual(await control.sendRequest('fault/list'), { items: [] });
});

test('the connection can be cut before or after a call, and its handles are run down', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle } = await running(client, 'cut', sim.document());
  await sim.fault({ name: 'HcsCreateProcess', disconnect: true, after: true, count: 1 });
  const reply = await client.tryCall('HcsCreateProcess', handle, '{"CommandLine":"sleep 100","WorkingDirectory":"/"}');
  t.is(reply?.hresult, 0);
  await client.untilClosed();
  t.like(await sim.status(), { computeSystems: 1, processes: 1, handles: 0, clients: 0 });
});

test('failpoints of a file are armed from the start, and the service can die at a notification', async (t) => {
  const sim = await service(t);
  await sim.end();
  const again = await import('./fixture.js').then(({ Fixture }) => new Fixture());
  t.teardown(() => again.end());
  const file = again.write('faults.json', JSON.stringify([{ name: 'SystemStartCompleted', dieService: true }]));
  await again.start(['--faults', file]);
  const client = await again.client();
  const handle = numberAt(await client.call('HcsCreateComputeSystem', 'die', again.document(), 0), 0);
  const died = new Promise((resolve) =>
    again.child!.once('exit', (_code, signal) => {
      resolve(signal);
    }),
  );
  await client.tryCall('HcsStartComputeSystem', handle, '');
  await client.untilClosed();
  t.is(await died, 'SIGKILL');
});
