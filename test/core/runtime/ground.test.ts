/** Scratch layer, volume and endpoint of a container: order of making, order of undoing, and what is left (hcs-facts 7.3). */
import test from 'ava';
import { FakeGround } from '../../helpers/fakeGround.js';
import { FakeHcs, type Fault } from '../../helpers/fakeHcs.js';
import { quiet, refusedWith, spec, world, type World } from './world.js';

interface Grounded extends World {
  readonly hcs: FakeHcs;
  readonly ground: FakeGround;
  /** Calls of layers, networks and systems, the scratch folder as `S`, endpoint ids left out. */
  calls(): readonly string[];
  create(options?: {
    readonly id?: string;
    readonly timeoutMs?: number;
    readonly size?: number | bigint;
  }): Promise<unknown>;
}

const bare = (windows: Record<string, unknown> = {}) => spec({ root: {}, windows });

async function grounded(): Promise<Grounded> {
  const ground = new FakeGround();
  const hcs = new FakeHcs();
  hcs.ground = ground.call;
  const w = await world({ hcs, layers: ground });
  return { ...w, ...over(w, ground) };
}

const over = (w: World, ground: FakeGround): Pick<Grounded, 'ground' | 'calls' | 'create'> => ({
  ground,
  calls: () =>
    w.hcs.calls
      .filter((call) => /Layer|Sandbox|HNSCall|Hcs(Create|Start|Terminate|Shutdown|Close)Comp/.test(call))
      .map((call) => call.replace(/ [0-9a-f]{16}\b/, ' S').replace(/(endpoints\/).+/, '$1ID')),
  create: ({ id = 'web', timeoutMs, size } = {}) =>
    w.runtime.create(
      {
        id,
        spec: bare(size === undefined ? {} : { resources: { storage: { sandboxSize: size } } }),
        layer: '/layers/app',
        network: 'nat',
      },
      timeoutMs === undefined ? undefined : { timeoutMs },
    ),
});

const MADE = [
  'HNSCall GET /networks/',
  'CreateSandboxLayer S',
  'ExpandSandboxSize S',
  'ActivateLayer S',
  'PrepareLayer S',
  'GetLayerMountPath S',
  'HNSCall POST /endpoints/',
  'HcsCreateComputeSystem web',
  'HcsStartComputeSystem web',
];

test('a container on a layer is made in the order of HCS and taken away in the reverse order', async (t) => {
  const w = await grounded();
  await w.create({ size: 2n ** 40n });
  t.deepEqual(w.calls(), MADE);
  const { document } = w.hcs.system('web');
  const [folder = ''] = w.ground.left;
  const scratch = folder.split('/').at(-1);
  t.is(w.ground.texts.get(`${folder}/layerchain.json`), '["/layers/app","/layers/base"]');
  t.is(w.ground.sizes.get(folder), 2 ** 40);
  t.true(document.includes(`"LayerFolderPath":"/home/scratch/${scratch}"`), document);
  t.regex(document, /"Layers":\[\{"ID":"[^"]+","Path":"\/layers\/app"\},\{"ID":"[^"]+","Path":"\/layers\/base"\}\]/);
  t.regex(document, /"VolumePath":"\\\\\\\\\?\\\\Volume\{00000001-[-0]+\}"/, 'without its trailing backslash');
  t.regex(document, /"EndpointList":\["eeeeeeee-0000-0000-0000-000000000002"\]/);

  const made = w.calls().length;
  await w.runtime.stop('web', 0);
  await w.runtime.delete('web', false);
  t.deepEqual(
    w
      .calls()
      .slice(made)
      .filter((call) => !call.includes('ComputeSystem')),
    ['HNSCall DELETE /endpoints/ID', 'UnprepareLayer S', 'DeactivateLayer S', 'DestroyLayer S-removing'],
  );
  t.deepEqual(w.ground.left, []);
});

test('the ground of a stopped container stays until it is deleted', async (t) => {
  const w = await grounded();
  await w.create();
  await w.runtime.stop('web', 0);
  await quiet();
  t.is(w.ground.left.length, 4, w.ground.left.join());
  await w.runtime.delete('web', false);
  t.deepEqual(w.ground.left, []);
});

test('with Hyper-V isolation the scratch layer is not mounted on the host', async (t) => {
  const w = await grounded();
  w.ground.folders.add('/layers/base/UtilityVM');
  await w.runtime.create({ id: 'web', spec: bare({ hyperv: {} }), layer: '/layers/app' });
  t.deepEqual(w.calls(), ['CreateSandboxLayer S', 'HcsCreateComputeSystem web', 'HcsStartComputeSystem web']);
  t.false(w.hcs.system('web').document.includes('VolumePath'));
  await w.runtime.delete('web', true);
  t.is(w.calls().at(-1), 'DestroyLayer S-removing');
  t.false(w.calls().includes('UnprepareLayer S'));
  t.deepEqual(w.ground.left, []);
});

const REFUSED = 0x80070057;
const REMOVE = 'DestroyLayer S-removing';
const UNMOUNT = ['UnprepareLayer S', 'DeactivateLayer S'];
const UNPLUG = 'HNSCall DELETE /endpoints/ID';

/** The calls that follow the one that failed. */
const undo: readonly (readonly [failing: string, then: readonly string[]])[] = [
  ['CreateSandboxLayer', []],
  ['ExpandSandboxSize', [REMOVE]],
  ['ActivateLayer', ['DeactivateLayer S', REMOVE]],
  ['PrepareLayer', ['DeactivateLayer S', REMOVE]],
  ['GetLayerMountPath', [...UNMOUNT, REMOVE]],
  ['HcsCreateComputeSystem', [UNPLUG, ...UNMOUNT, REMOVE]],
  ['HcsStartComputeSystem', ['HcsTerminateComputeSystem web', 'HcsCloseComputeSystem web', UNPLUG, ...UNMOUNT, REMOVE]],
];

for (const [failing, then] of undo)
  test(`when ${failing} fails, what was made before it is undone, the last first, and nothing is left`, async (t) => {
    const w = await grounded();
    w.hcs.fault(failing, { hresult: REFUSED });
    const error = await refusedWith(w.create({ size: 1 << 30 }));
    t.is(error.code, 'hcsFailure');
    t.like(error.details, { containerId: 'web', phase: failing, hresult: '0x80070057' });
    t.is(error.details.leftovers, undefined);
    const calls = w.calls();
    const at = calls.findIndex((call) => call.startsWith(failing));
    t.deepEqual(calls.slice(0, at + 1), MADE.slice(0, MADE.findIndex((call) => call.startsWith(failing)) + 1));
    t.deepEqual(calls.slice(at + 1), then);
    t.deepEqual(w.ground.left, []);
    // The id is free for another attempt.
    await w.create();
    await w.runtime.delete('web', true);
    t.deepEqual(w.ground.left, []);
  });

test('when the endpoint is refused, the volume and the scratch layer are undone', async (t) => {
  const w = await grounded();
  w.hcs.fault('HNSCall', {});
  w.hcs.fault('HNSCall', { hresult: 0x803b0020 });
  const error = await refusedWith(w.create());
  t.like(error.details, { containerId: 'web', hresult: '0x803B0020' });
  t.deepEqual(w.calls().slice(w.calls().indexOf('HNSCall POST /endpoints/') + 1), [
    // HNS may have made it all the same: it is looked for by its name.
    'HNSCall GET /endpoints/',
    ...UNMOUNT,
    REMOVE,
  ]);
  t.deepEqual(w.ground.left, []);
});

test('when init cannot be created the container ends, and its ground goes with its record', async (t) => {
  const w = await grounded();
  await w.create();
  w.hcs.fault('HcsCreateProcess', { hresult: 0x80070002 });
  t.is((await refusedWith(w.runtime.start({ id: 'web' }))).code, 'processCannotStart');
  t.is(w.ground.left.length, 4);
  await w.runtime.delete('web', false);
  t.deepEqual(w.ground.left, []);
});

for (const hresult of [0x80070015, 0x8007048f, 0x800705b4])
  for (const operation of ['ActivateLayer', 'PrepareLayer'])
    test(`${operation} is tried five times, 100 ms apart, while it says 0x${hresult.toString(16)}`, async (t) => {
      const w = await grounded();
      w.hcs.fault(operation, { hresult, times: 4 });
      const began = w.clock.now().getTime();
      const created = w.create();
      await w.clock.advance(400);
      await created;
      t.is(w.clock.now().getTime() - began, 400);
      const tried = w.calls().filter((call) => call === `${operation} S`);
      t.is(tried.length, 5);
      // Deactivated between two attempts.
      t.is(w.calls().filter((call) => call === 'DeactivateLayer S').length, 4);
      await w.runtime.delete('web', true);

      w.hcs.fault(operation, { hresult, times: 5 });
      const refused = refusedWith(w.create());
      await w.clock.advance(400);
      t.is((await refused).details.phase, operation);
      t.deepEqual(w.ground.left, []);
    });

test('a layer that is refused for another reason is not tried again', async (t) => {
  const w = await grounded();
  w.hcs.fault('PrepareLayer', { hresult: 0x80070020 });
  const error = await refusedWith(w.create());
  t.is(w.calls().filter((call) => call === 'PrepareLayer S').length, 1);
  t.regex(error.details.hint ?? '', /another Windows build/);
});

test('PrepareLayer runs once at a time in the whole engine', async (t) => {
  const w = await grounded();
  w.ground.prepareTakes = quiet;
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => w.create({ id })));
  t.is(w.ground.mostPreparing, 1);
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => w.runtime.delete(id, true)));
  t.deepEqual(w.ground.left, []);
});

for (const operation of ['CreateSandboxLayer', 'ActivateLayer', 'PrepareLayer', 'GetLayerMountPath', 'HNSCall'])
  test(`a create that gave ${operation} up is undone when the call returns, whatever it did`, async (t) => {
    for (const late of [{}, { hresult: REFUSED }] satisfies Fault[]) {
      const w = await grounded();
      let go: () => void = () => undefined;
      const after = new Promise<void>((resolve) => (go = resolve));
      if (operation === 'HNSCall') w.hcs.fault(operation, {});
      w.hcs.fault(operation, { ...late, after });
      const refused = refusedWith(w.create({ timeoutMs: 50 }));
      await w.clock.advance(50);
      t.is((await refused).code, 'timeout');
      await quiet();
      const before = w.calls().length;
      await w.clock.advance(10_000);
      t.is(w.calls().length, before, 'nothing is done to it while the call is under way');
      go();
      await w.clock.advance(1000);
      t.deepEqual(w.ground.left, [], JSON.stringify(late));
      await w.create();
    }
  });

test('a create that gave up before its turn to prepare lets the layer be, however long the one before it takes', async (t) => {
  const w = await grounded();
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  w.ground.prepareTakes = () => held;
  const first = w.create({ id: 'slow' });
  await quiet();
  const refused = refusedWith(w.create({ id: 'quick', timeoutMs: 50 }));
  await w.clock.advance(50);
  t.is((await refused).code, 'timeout');
  await quiet();
  t.is(w.calls().filter((call) => call === 'PrepareLayer S').length, 1);
  t.is([...w.ground.folders].filter((folder) => folder.startsWith('/home/scratch/')).length, 1);
  go();
  await first;
  await w.runtime.delete('slow', true);
  t.deepEqual(w.ground.left, []);
});

test('a scratch layer in which something is open is unmounted again and tried five times', async (t) => {
  const w = await grounded();
  await w.create();
  await w.runtime.stop('web', 0);
  const [folder = ''] = w.ground.left;
  w.ground.open.add(folder);
  const refused = refusedWith(w.runtime.delete('web', false));
  await w.clock.advance(400);
  const error = await refused;
  t.like(error.details, { containerId: 'web' });
  t.regex(error.details.leftovers?.join() ?? '', /^scratch layer \/home\/scratch\//);
  t.is(w.calls().filter((call) => call === 'DeactivateLayer S').length, 5);
  t.is((await w.runtime.state('web')).status, 'stopped', 'the record stays: it is the proof that the layer is ours');
  w.ground.open.clear();
  await w.runtime.delete('web', false);
  t.deepEqual(w.ground.left, []);
});

test('a DestroyLayer that says success but leaves the folder is no success', async (t) => {
  const w = await grounded();
  await w.create();
  w.hcs.fault('DestroyLayer', { ignored: true, times: 5 });
  const refused = refusedWith(w.runtime.delete('web', true));
  await w.clock.advance(400);
  t.regex((await refused).message, /the folder is still there/);
  await w.runtime.delete('web', false);
  t.deepEqual(w.ground.left, []);
});

test('an endpoint that is gone already is deleted', async (t) => {
  const w = await grounded();
  await w.create();
  w.ground.endpoints.clear();
  await w.runtime.delete('web', true);
  t.deepEqual(w.ground.left, []);
});

test('an endpoint that was there before is used, and outlives the container', async (t) => {
  const w = await grounded();
  const mine = await w.runtime.networks.createEndpoint('NAT', {});
  await w.runtime.create({ id: 'web', spec: bare(), layer: '/layers/app', network: `{${mine.id.toUpperCase()}}` });
  t.true(w.hcs.system('web').document.includes(`"EndpointList":["${mine.id}"]`));
  await w.runtime.delete('web', true);
  t.deepEqual(w.ground.left, [`endpoint ${mine.id.toUpperCase()}`]);
});

test('an endpoint that belongs to a container is not deleted under it', async (t) => {
  const w = await grounded();
  await w.create();
  const [endpoint] = await w.runtime.networks.endpoints();
  const error = await refusedWith(w.runtime.networks.deleteEndpoint(endpoint?.id ?? ''));
  t.is(error.code, 'failedPrecondition');
  t.is(error.details.containerId, 'web');
});

for (const [position, operation] of [
  'CreateSandboxLayer',
  'ActivateLayer',
  'PrepareLayer',
  'GetLayerMountPath',
  'HNSCall POST',
  'HcsCreateComputeSystem',
  'HcsStartComputeSystem',
].entries())
  for (const done of [false, true])
    test(`an engine that dies ${done ? 'after' : 'before'} ${operation} leaves nothing that the next one does not remove (${position})`, async (t) => {
      const w = await grounded();
      if (operation.startsWith('HNSCall')) w.hcs.fault('HNSCall', {});
      // The call is made or not; its answer never comes to the engine that dies.
      const never = new Promise(() => undefined);
      let reached: () => void = () => undefined;
      const there = new Promise<void>((resolve) => (reached = resolve));
      const [name = ''] = operation.split(' ');
      if (done && !name.includes('ComputeSystem')) {
        w.hcs.ground = async (called, args) => {
          const answer = await w.ground.call(called, args);
          if (called !== name || (called === 'HNSCall' && args[0] !== 'POST')) return answer;
          reached();
          return never;
        };
      } else {
        w.hcs.fault(name, done ? { lost: true } : { after: never });
        setImmediate(function look() {
          if (w.calls().some((call) => call.startsWith(operation))) reached();
          else setImmediate(look);
        });
      }
      const create = w.create().catch(() => undefined);
      await there;
      await quiet();
      const next = await w.again();
      w.hcs.ground = w.ground.call;
      await create;
      await w.clock.advance(2000);
      // A system of which nothing was written is left alone until nobody can be about to start it.
      if (w.hcs.systems.size > 0) await w.clock.advance(500_000);
      await quiet();
      t.deepEqual(w.ground.left, []);
      t.is(w.hcs.systems.size, 0);
      await next.runtime.delete('web', true);
    });

test('what another engine could not remove is removed by the next one, and by sweep', async (t) => {
  const w = await grounded();
  w.hcs.fault('HcsCreateComputeSystem', { hresult: REFUSED });
  w.hcs.fault('DestroyLayer', { hresult: 0x80070020, times: 5 });
  const refused = refusedWith(w.create());
  await w.clock.advance(400);
  t.regex((await refused).details.leftovers?.join() ?? '', /^scratch layer/);
  t.is(w.ground.left.length, 1);
  w.hcs.fault('DestroyLayer', { hresult: 0x80070020, times: 5 });
  const next = await w.again();
  await w.clock.advance(400);
  t.is(w.ground.left.length, 1);
  const { items } = await next.runtime.sweep(false);
  t.deepEqual(
    items.map(({ id, removed }) => [id, removed]),
    [
      ['web', true],
      ['web', true],
    ],
  );
  t.deepEqual(w.ground.left, []);
  t.deepEqual((await next.runtime.list(false)).items, []);
});

test('sweep removes scratch layers that no record names, those on their way out too', async (t) => {
  const w = await grounded();
  for (const name of ['0123456789abcdef', 'fedcba9876543210-removing']) w.ground.folders.add(`/home/scratch/${name}`);
  const { items: seen } = await w.runtime.sweep(true);
  t.deepEqual(
    seen.map(({ kind, removed }) => [kind, removed]),
    [
      ['layer', false],
      ['layer', false],
    ],
  );
  t.true((await w.runtime.sweep(false)).items.every(({ removed }) => removed));
  t.deepEqual(w.ground.left, []);
});

test('a layer that is none, an unknown network, and a spec that has layers already make nothing', async (t) => {
  const w = await grounded();
  const refuse = (request: object) => refusedWith(w.runtime.create({ id: 'web', spec: bare(), ...request }));
  t.like(await refuse({ layer: '/layers/none' }), { code: 'invalidRequest' });
  t.like(await refuse({ layer: 'layers/app' }), { code: 'invalidRequest' });
  t.like(await refuse({ layer: '/layers/app', spec: spec() }), { code: 'invalidRequest' });
  t.like(await refuse({ layer: '/layers/app', network: 'lab' }), { code: 'notFound' });
  w.ground.texts.set('/layers/app/layerchain.json', '{"parents":[]}');
  t.like(await refuse({ layer: '/layers/app' }), { code: 'invalidRequest' });
  w.ground.texts.set('/layers/app/layerchain.json', '[');
  t.like(await refuse({ layer: '/layers/app' }), { code: 'invalidRequest' });
  t.deepEqual(w.ground.left, []);
  t.deepEqual((await w.runtime.list(false)).items, []);
  t.false(w.calls().some((call) => call.startsWith('CreateSandbox')));
});

test('two containers on one layer have scratch layers of their own', async (t) => {
  const w = await grounded();
  await Promise.all([w.create({ id: 'a' }), w.create({ id: 'b' })]);
  const folders = w.ground.left.filter((folder) => folder.startsWith('/home/scratch'));
  t.is(new Set(folders).size, 2);
  await w.runtime.delete('a', true);
  t.is(w.ground.left.filter((folder) => folder.startsWith('/home/scratch')).length, 1);
  await w.runtime.delete('b', true);
  t.deepEqual(w.ground.left, []);
});
