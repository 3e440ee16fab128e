import test from 'ava';
import { CREATED_BY_OTHERS, hypervSpec, quiet, refusedWith, running, spec, world } from './world.js';

test('create takes pending and immediate completion, and completions that come before the call returns', async (t) => {
  for (const fault of [{}, { immediate: true }, { early: true }, { twice: true }]) {
    const w = await world();
    w.hcs.fault('HcsCreateComputeSystem', fault);
    w.hcs.fault('HcsStartComputeSystem', fault);
    await w.runtime.create({ id: 'web', spec: spec() });
    t.like(await w.runtime.state('web'), { id: 'web', status: 'created', pid: 0, isolation: 'process' });
    t.deepEqual(w.told(), ['create']);
  }
});

test('create makes up an id, and keeps owner, labels, annotations and bundle', async (t) => {
  const w = await world();
  const { id } = await w.runtime.create({
    spec: spec({ annotations: { a: 'b' } }),
    owner: 'ci',
    labels: [{ name: 'x', value: 'y' }],
    bundle: '/b',
  });
  t.regex(id, /^hcs-[0-9a-f]{12}$/);
  t.like(await w.runtime.state(id), {
    owner: 'ci',
    labels: [{ name: 'x', value: 'y' }],
    annotations: [{ name: 'a', value: 'b' }],
    bundle: '/b',
  });
});

test('create refuses an id that cannot name a container, and a spec that HCS cannot take, before HCS is asked', async (t) => {
  const w = await world();
  t.is((await refusedWith(w.runtime.create({ id: '../etc', spec: spec() }))).code, 'invalidRequest');
  t.is((await refusedWith(w.runtime.create({ id: 'web', spec: spec({ root: { path: '' } }) }))).code, 'invalidRequest');
  t.deepEqual(w.hcs.calls, []);
  t.deepEqual(w.store.turns, []);
});

test('an id is taken from the first create on, whatever its case', async (t) => {
  const w = await world();
  const [a, b] = await Promise.allSettled([
    w.runtime.create({ id: 'Web', spec: spec() }),
    w.runtime.create({ id: 'wEB', spec: spec() }),
  ]);
  t.is(a.status, 'fulfilled');
  t.is(b.status, 'rejected');
  t.is((await refusedWith(w.runtime.create({ id: 'web', spec: spec() }))).code, 'alreadyExists');
});

test('an id that HCS knows from others is alreadyExists, and leaves nothing here', async (t) => {
  const w = await world();
  w.hcs.fault('HcsCreateComputeSystem', { hresult: 0x8037010f });
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is(error.code, 'alreadyExists');
  t.is(error.message, CREATED_BY_OTHERS('web'));
  t.deepEqual((await w.runtime.list(false)).items, []);
  t.deepEqual(w.told(), []);
});

test('B8: when HcsStartComputeSystem fails the system is terminated, waited for and closed', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0xc0370106 });
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is(error.code, 'hcsFailure');
  t.like(error.details, {
    hresult: '0xC0370106',
    symbol: 'ERROR_VMCOMPUTE_UNEXPECTED_EXIT',
    phase: 'HcsStartComputeSystem',
  });
  t.truthy(error.details.hint);
  t.is(w.hcs.liveHandles, 0);
  t.is(w.hcs.systems.size, 0);
  t.like(await w.runtime.state('web'), { status: 'failed' });
  t.deepEqual(w.told(), ['exit(unknown)']);
});

test('who may not use the Host Compute Service is told to elevate; a program that may not be run has another reason', async (t) => {
  const w = await world();
  for (const hresult of [0x80070005, 0x8037011b]) {
    w.hcs.fault('HcsCreateComputeSystem', { hresult });
    const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
    t.is(error.code, 'permissionDenied');
    t.regex(error.details.hint ?? '', /elevated prompt/);
  }
  await w.runtime.create({ id: 'other', spec: spec() });
  w.hcs.fault('HcsCreateProcess', { hresult: 0x80070005 });
  const error = await refusedWith(w.runtime.start({ id: 'other' }));
  t.notRegex(error.details.hint ?? '', /elevated/);
});

test('a create whose completion brings a failure is rolled back too', async (t) => {
  const w = await world();
  w.hcs.fault('HcsCreateComputeSystem', { status: 0xc0370101 });
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is(error.details.symbol, 'ERROR_VMCOMPUTE_IMAGE_MISMATCH');
  t.is(w.hcs.liveHandles, 0);
  t.is(w.hcs.systems.size, 0);
});

test('a failed create makes way for another of the same id, in an epoch of its own', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0x80004005 });
  await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  await w.runtime.create({ id: 'web', spec: spec() });
  t.deepEqual(w.told(), ['exit(unknown)', 'delete', 'create']);
  t.is(new Set(w.store.events.map((e) => e.epoch)).size, 2);
  t.is(w.store.events.at(-1)?.sequence, 1);
});

test('a roll-back that cannot end the system names it, and delete tries again', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0x80004005 });
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80070005 });
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is(error.details.leftovers?.length, 1);
  t.regex(error.details.leftovers?.[0] ?? '', /compute system web.*ERROR_ACCESS_DENIED/);
  t.is(w.hcs.liveHandles, 0);
  t.is(w.hcs.systems.size, 1);
  await w.runtime.delete('web', false);
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
});

test('a create that takes too long answers at once and is undone when HCS answers', async (t) => {
  const w = await world();
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsCreateComputeSystem', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const created = refusedWith(w.runtime.create({ id: 'web', spec: spec() }, { timeoutMs: 500 }));
  await w.clock.advance(501);
  t.is((await created).code, 'timeout');
  t.is((await refusedWith(w.runtime.create({ id: 'web', spec: spec() }))).code, 'alreadyExists');
  t.true(w.runtime.busy());
  answer();
  await quiet();
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
  t.like(await w.runtime.state('web'), { status: 'failed' });
  t.deepEqual(w.told(), ['exit(unknown)']);
  t.false(w.runtime.busy());
});

test('a create whose completion never comes is timed out, terminated and closed', async (t) => {
  const w = await world();
  w.hcs.fault('HcsCreateComputeSystem', { lost: true });
  const created = refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  await w.clock.advance(240_001);
  t.is((await created).code, 'timeout');
  await quiet();
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
});

test('a cancelled create answers at once, even while HCS hangs', async (t) => {
  const w = await world();
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsStartComputeSystem', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const abort = new AbortController();
  const created = refusedWith(w.runtime.create({ id: 'web', spec: spec() }, { signal: abort.signal }));
  await quiet();
  abort.abort();
  t.is((await created).code, 'cancelled');
  answer();
  await quiet();
  t.is(w.hcs.systems.size, 0);
  t.is(w.hcs.liveHandles, 0);
});

test('the system ending during its start is an unexpected exit', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { lost: true });
  const created = refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  await quiet();
  w.hcs.endSystem('web');
  t.is((await created).details.symbol, 'ERROR_VMCOMPUTE_UNEXPECTED_EXIT');
  t.is(w.hcs.liveHandles, 0);
});

test('the service going away during a create is unavailable', async (t) => {
  const w = await world();
  w.hcs.fault('HcsCreateComputeSystem', { lost: true });
  const created = refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  await quiet();
  w.hcs.disconnect(true);
  t.is((await created).code, 'unavailable');
  t.like(await w.runtime.state('web'), { status: 'failed' });
});

test('a store that cannot be written refuses the create before HCS is asked', async (t) => {
  const w = await world();
  w.store.before = () => {
    throw new Error('ENOSPC: no space left on device');
  };
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is(error.code, 'unavailable');
  t.truthy(error.details.hint);
  t.deepEqual(w.hcs.calls, []);
  w.store.before = () => undefined;
  await w.runtime.create({ id: 'web', spec: spec() });
});

test('the built-in base fills in layers and root, only where the spec names none', async (t) => {
  const w = await world({
    baseFor: (id) => ({
      layerFolders: ['C:\\base', `C:\\scratch\\${id}`],
      rootPath: '\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\',
    }),
  });
  await w.runtime.create({ id: 'bare', builtinBase: true, spec: spec({ root: undefined, windows: undefined }) });
  t.regex(w.hcs.system('bare').document, /"LayerFolderPath":"C:\\\\scratch\\\\bare"/);
  await w.runtime.create({ id: 'own', builtinBase: true, spec: spec() });
  t.regex(w.hcs.system('own').document, /"LayerFolderPath":"C:\\\\layers\\\\scratch"/);
  const rooted = await refusedWith(
    w.runtime.create({ id: 'rooted', builtinBase: true, spec: spec({ windows: undefined }) }),
  );
  t.deepEqual(
    rooted.details.issues?.map(({ path }) => path),
    ['spec.windows'],
  );
  const plain = await world();
  const refused = await refusedWith(
    plain.runtime.create({ id: 'a', builtinBase: true, spec: spec({ root: undefined, windows: undefined }) }),
  );
  t.is(refused.code, 'unsupported');
});

test('a plan stands on the built-in base as create does, says so, and makes nothing', async (t) => {
  const uses: string[] = [];
  const w = await world({
    baseFor: (id, use) => {
      uses.push(`${id} ${use}`);
      return {
        layerFolders: ['C:\\base', `C:\\scratch\\${id}`],
        rootPath: '\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\',
      };
    },
  });
  const bare = spec({ root: undefined, windows: undefined });
  const { container, warnings } = await w.runtime.plan({
    id: 'bare',
    owner: 'hostcompute',
    builtinBase: true,
    spec: bare,
  });
  t.deepEqual(uses, ['bare plan']);
  t.true(warnings.some((warning) => warning.includes('names no layers')));
  await w.runtime.create({ id: 'bare', builtinBase: true, spec: bare });
  t.is(container.document, w.hcs.system('bare').document);
  const own = await w.runtime.plan({ id: 'own', builtinBase: true, spec: spec() });
  t.false(own.warnings.some((warning) => warning.includes('names no layers')));
  await t.throwsAsync(w.runtime.plan({ id: 'bare', spec: bare }), { message: /./ });
});

test('secrets of the environment do not show in errors, in lines of the log or in what list and state tell', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0x80004005, message: 'bad value hunter22 in the document' });
  const error = await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  const shown = JSON.stringify([
    error.toDocument(),
    w.lines,
    await w.runtime.list(false),
    await w.runtime.state('web'),
    w.store.events,
  ]);
  t.regex(error.message, /bad value \*\*\* in the document/);
  t.notRegex(shown, /hunter22/);
});

test('plan gives the documents that create and start pass, without touching HCS', async (t) => {
  const w = await world();
  const report = await w.runtime.plan({ spec: spec(), id: 'web', owner: 'hostcompute' });
  t.deepEqual(w.hcs.calls, []);
  const pid = await running(w);
  t.is(report.container.document, w.hcs.system('web').document);
  t.is(report.process?.document, w.hcs.process(pid).parameters);
});

test('a Hyper-V container says so', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'vm', spec: hypervSpec() });
  t.like(await w.runtime.state('vm'), { isolation: 'hyperv' });
});

test('state tells the program, its folder, user and host name, and of its environment the names alone', async (t) => {
  const w = await world();
  const process = {
    args: ['cmd', '/c', 'echo a b'],
    cwd: 'C:\\work',
    env: ['COLOUR=hunter22', 'EMPTY='],
    user: { username: 'ContainerUser' },
  };
  await w.runtime.create({ id: 'web', spec: spec({ process, hostname: 'box' }) });
  const { program, hostname } = await w.runtime.state('web');
  t.deepEqual(program, {
    commandLine: 'cmd /c "echo a b"',
    cwd: 'C:\\work',
    user: 'ContainerUser',
    terminal: false,
    environment: ['COLOUR', 'EMPTY'],
  });
  t.is(hostname, 'box');
  await w.runtime.create({ id: 'plain', spec: spec({ process: { args: ['x'], cwd: '' } }) });
  const plain = await w.runtime.state('plain');
  t.deepEqual(plain.program, { commandLine: 'x', cwd: '', terminal: false, environment: [] });
  t.false('hostname' in plain);
});
