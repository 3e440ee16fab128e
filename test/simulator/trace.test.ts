import test from 'ava';
import type { TraceEntry } from '#src/simulator/trace.js';
import { numberAt, running, service } from './fixture.js';

test('every call is traced with its arguments, result and client, and no secret is', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const control = await sim.control();
  const followed: TraceEntry[] = [];
  const heard = new Promise<void>((resolve) => {
    control.onNotification('trace/entry', (entry: TraceEntry) => {
      followed.push(entry);
      if (entry.operation === 'HcsGetServiceProperties') resolve();
    });
  });
  await control.sendRequest('trace/follow');
  const secrets = { Credentials: '{"Password":"hunter2"}' };
  const { handle } = await running(client, 'traced', sim.document(secrets));
  const config = {
    CommandLine: 'true',
    WorkingDirectory: '/',
    Environment: { TOKEN: 'hunter2' },
    OCISpecification: { process: { args: ['x'], env: ['KEY=hunter2'] } },
  };
  await client.call('HcsCreateProcess', handle, JSON.stringify(config));
  await client.call('HcsCreateProcess', handle, '{"Environment":{"A":"hunter2"}');
  await client.call('HcsTerminateComputeSystem', handle, '');
  await client.settled();
  await heard;

  const { items } = await control.sendRequest<{ items: TraceEntry[] }>('trace/list', {});
  t.deepEqual(items, followed);
  t.deepEqual(
    items.map((entry) => entry.sequence),
    items.map((_, i) => i + 1),
  );
  t.is(items.filter((entry) => entry.operation === 'HcsCreateProcess').length, 2);
  const [create] = items;
  t.like(create, { operation: 'HcsCreateComputeSystem', client: process.pid, thread: 7, hresult: '0xC0370103' });
  t.is(create!.arguments[0], 'traced');
  t.true(create!.ms >= 0 && Date.parse(create!.time) <= Date.now());
  const text = JSON.stringify(items);
  t.false(text.includes('hunter2'));
  t.true(text.includes('TOKEN') && text.includes('KEY=***'));
  const last = await control.sendRequest<{ items: TraceEntry[] }>('trace/list', { after: items.length - 2, limit: 1 });
  t.deepEqual(last.items, items.slice(-1));
  t.is(numberAt(await client.call('LayerExists', 1, '', sim.layer), 0), 1);
});
