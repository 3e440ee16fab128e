/** The layer verbs over the fake: what is checked before, tried again, undone, and looked at afterwards. */
import test from 'ava';
import type { RuntimeHost } from '#src/core/index.js';
import { FakeGround } from '../../helpers/fakeGround.js';
import { FakeHcs } from '../../helpers/fakeHcs.js';
import { quiet, refusedWith, spec, world } from './world.js';

async function layers(): Promise<{
  readonly ground: FakeGround;
  readonly hcs: FakeHcs;
  readonly verbs: RuntimeHost['layers'];
  readonly w: Awaited<ReturnType<typeof world>>;
}> {
  const ground = new FakeGround();
  const hcs = new FakeHcs();
  hcs.ground = ground.call;
  const w = await world({ hcs, layers: ground });
  return { ground, hcs, verbs: w.runtime.layers, w };
}

test('a scratch layer that cannot be expanded, or not be described, is removed again', async (t) => {
  const { ground, hcs, verbs } = await layers();
  hcs.fault('ExpandSandboxSize', { hresult: 0x80070070 });
  const error = await refusedWith(verbs.scratch('/s', ['/layers/app'], 2n ** 63n));
  t.like(error, { code: 'hcsFailure', details: { phase: 'ExpandSandboxSize' } });
  t.deepEqual(hcs.calls, ['CreateSandboxLayer s', 'ExpandSandboxSize s', 'DestroyLayer s']);
  t.false(ground.folders.has('/s'));

  const { writeText } = ground.files;
  ground.files.writeText = () => Promise.reject(new Error('ENOSPC: no space left'));
  hcs.fault('DestroyLayer', { ignored: true });
  const full = await refusedWith(verbs.scratch('/s', ['/layers/app'], undefined));
  t.regex(full.message, /no space left/);
  t.deepEqual(full.details.leftovers, ['scratch layer /s']);
  ground.files.writeText = writeText;
  const taken = await refusedWith(verbs.scratch('/s', ['/layers/app'], undefined));
  t.is(taken.code, 'alreadyExists');
  t.true(ground.folders.has('/s'), 'it is not ours to remove');
});

test('one parent stands for its chain, several are the whole chain', async (t) => {
  const { ground, hcs, verbs } = await layers();
  const args: unknown[][] = [];
  hcs.ground = (operation, given) => {
    args.push([operation, ...given]);
    return ground.call(operation, given);
  };
  t.deepEqual(await verbs.scratch('/one', ['/layers/app'], 0), { parents: ['/layers/app', '/layers/base'] });
  t.deepEqual(await verbs.scratch('/two', ['/layers/app', '/layers/base'], undefined), {
    parents: ['/layers/app', '/layers/base'],
  });
  t.deepEqual(args, [
    ['CreateSandboxLayer', '/one', ['/layers/app', '/layers/base']],
    ['CreateSandboxLayer', '/two', ['/layers/app', '/layers/base']],
  ]);
});

test('activate and prepare are tried again while the layer is not ready, prepare with the chain of the layer', async (t) => {
  const { hcs, verbs, w } = await layers();
  await verbs.scratch('/s', ['/layers/app'], undefined);
  hcs.fault('ActivateLayer', { hresult: 0x80070015, times: 4 });
  hcs.fault('PrepareLayer', { hresult: 0x800705b4 });
  const done = verbs.activate('/s').then(() => verbs.prepare('/s', undefined));
  await w.clock.advance(500);
  t.deepEqual(await done, { parents: ['/layers/app', '/layers/base'] });
  t.is(hcs.calls.filter((call) => call === 'ActivateLayer s').length, 5);
  t.is(hcs.calls.filter((call) => call === 'PrepareLayer s').length, 2);
  t.regex((await verbs.mountPath('/s')) ?? '', /^\\\\\?\\Volume\{[-0-9]+\}\\$/);
  await verbs.unprepare('/s');
  t.is(await verbs.mountPath('/s'), null);
  hcs.fault('DeactivateLayer', { hresult: 0x80070005 });
  const denied = await refusedWith(verbs.deactivate('/s'));
  t.is(denied.code, 'permissionDenied');
  t.regex(denied.details.hint ?? '', /elevated/);
});

test('destroy looks whether the folder is gone, and spares what is no layer or what a container stands on', async (t) => {
  const { ground, hcs, verbs, w } = await layers();
  await verbs.scratch('/s', ['/layers/app'], undefined);
  hcs.fault('DestroyLayer', { ignored: true });
  t.like(await refusedWith(verbs.destroy('/s')), { code: 'hcsFailure', details: { leftovers: ['/s'] } });
  await verbs.destroy('/s');
  t.false(ground.folders.has('/s'));

  ground.folders.add('/home/user');
  ground.texts.set('/home/user/thesis.tex', '');
  t.is((await refusedWith(verbs.destroy('/home/user'))).code, 'invalidRequest');

  await w.runtime.create({ id: 'web', spec: spec({ root: {}, windows: {} }), layer: '/layers/app' });
  for (const folder of ['/layers/app', '/layers/base'])
    t.is((await refusedWith(verbs.destroy(folder))).code, 'failedPrecondition');
  await w.runtime.delete('web', true);
  await verbs.destroy('/layers/app');
  t.false(ground.folders.has('/layers/app'));
});

test('every layer verb is bounded, can be cancelled, and refuses a path that is not absolute', async (t) => {
  const { ground, hcs, verbs, w } = await layers();
  ground.folders.add('/s');
  ground.texts.set('/s/sandbox.vhdx', '');
  ground.folders.add('/from');
  type Context = { readonly timeoutMs?: number; readonly signal?: AbortSignal };
  const all: readonly (readonly [string, (path: string, context?: Context) => Promise<unknown>])[] = [
    ['CreateSandboxLayer', (path, context) => verbs.scratch(path, ['/layers/app'], undefined, context)],
    ['ActivateLayer', (path, context) => verbs.activate(path, context)],
    ['PrepareLayer', (path, context) => verbs.prepare(path, ['/layers/app'], context)],
    ['GetLayerMountPath', (path, context) => verbs.mountPath(path, context)],
    ['UnprepareLayer', (path, context) => verbs.unprepare(path, context)],
    ['DeactivateLayer', (path, context) => verbs.deactivate(path, context)],
    ['DestroyLayer', (path, context) => verbs.destroy(path, context)],
    ['ImportLayer', (path, context) => verbs.import(path, '/from', ['/layers/app'], context)],
    ['ExportLayer', (path, context) => verbs.export(path, '/to', undefined, context)],
    ['GrantVmAccess', (path, context) => verbs.grant('vm', path, context)],
  ];
  for (const [operation, verb] of all) {
    t.is((await refusedWith(verb('s'))).code, 'invalidRequest', operation);
    hcs.fault(operation, { after: new Promise(() => undefined), times: 2 });
    const late = refusedWith(verb('/s', { timeoutMs: 1000 }));
    await quiet();
    await w.clock.advance(1000);
    t.is((await late).code, 'timeout', operation);
    const stop = new AbortController();
    const cancelled = refusedWith(verb('/s', { signal: stop.signal }));
    await quiet();
    stop.abort();
    t.is((await cancelled).code, 'cancelled', operation);
  }
  // Without a bound of the caller's there is one of ours.
  const patient = refusedWith(verbs.prepare('/s', ['/layers/app']));
  await w.clock.advance(240_000);
  t.is((await patient).code, 'timeout');
});
