import test from 'ava';
import { exitOf, jsonAt, PENDING, program, running, service } from './fixture.js';

test('a container is created, started, runs a program to its exit code, shuts down and is gone', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle, registration } = await running(client, 'One', sim.document());
  const sh = await program(client, handle, 'exit 42');
  t.like(await exitOf(client, sh), { ProcessId: sh.pid, Exited: true, ExitCode: 42, LastWaitResult: 0 });
  t.is((await client.call('HcsCloseProcess', sh.handle)).hresult, 0);

  t.is((await client.call('HcsShutdownComputeSystem', handle, '')).hresult, PENDING);
  t.is((await client.notified(registration, 'SystemExited')).status, 0);
  t.deepEqual(jsonAt(await client.call('HcsEnumerateComputeSystems', '{}'), 0), []);
  t.is((await client.call('HcsShutdownComputeSystem', handle, '')).hresult, 0xc0370110);
  t.is((await client.call('HcsCloseComputeSystem', handle)).hresult, 0);
  t.is((await client.call('HcsCloseComputeSystem', handle)).hresult, 0x80070006);
  t.like(await sim.status(), { computeSystems: 0, processes: 0, handles: 0, registrations: 0, strings: 0, clients: 1 });
});
