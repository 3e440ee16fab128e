import test from 'ava';
import { FakeHcs } from '../../helpers/fakeHcs.js';
import { hypervSpec, process, quiet, refusedWith, running, spec, world } from './world.js';

test('every verb on an unknown container is notFound', async (t) => {
  const { runtime } = await world();
  const verbs: Record<string, Promise<unknown>> = {
    start: runtime.start({ id: 'x' }),
    exec: runtime.exec({ id: 'x', process: process() }),
    kill: runtime.kill('x', undefined, 'KILL'),
    stop: runtime.stop('x', undefined),
    pause: runtime.pause('x'),
    resume: runtime.resume('x'),
    wait: runtime.wait('x', undefined, 'container'),
    deleteTask: runtime.deleteTask('x'),
    delete: runtime.delete('x', true),
    state: runtime.state('x'),
    processes: runtime.processes('x'),
    stats: runtime.stats('x'),
    resize: runtime.resize('x', undefined, 80, 25),
    closeStdin: runtime.closeStdin('x', undefined),
    update: runtime.update('x', {}),
    checkpoint: runtime.checkpoint('x'),
    restore: runtime.restore('x', 'reattach'),
    log: runtime.log('x', 'init'),
  };
  for (const [verb, work] of Object.entries(verbs)) t.is((await refusedWith(work)).code, 'notFound', verb);
});

test('stats renames the figures of HCS, and what it leaves out is 0 or null', async (t) => {
  const w = await world();
  await running(w);
  t.deepEqual(await w.runtime.stats('web'), {
    id: 'web',
    readAt: '2026-01-02T03:04:05Z',
    containerStartedAt: null,
    uptime100ns: 70,
    memory: { commitBytes: 4096, commitPeakBytes: 0, privateWorkingSetBytes: 0 },
    processor: { total100ns: 5, user100ns: 0, kernel100ns: 0 },
    storage: { readCount: 0, readBytes: 12, writeCount: 0, writeBytes: 0 },
    network: [
      {
        endpointId: 'e1',
        bytesReceived: 0,
        bytesSent: 9,
        packetsReceived: 0,
        packetsSent: 0,
        droppedIncoming: 0,
        droppedOutgoing: 0,
      },
    ],
  });
});

test('stats of a container on its way down is a wrong state, not a failure of HCS', async (t) => {
  const w = await world();
  const pid = await running(w);
  let answer: () => void = () => undefined;
  // The handle is closed while HCS is asked.
  w.hcs.fault('HcsGetComputeSystemProperties', {
    after: new Promise<void>((resolve) => (answer = resolve)),
    hresult: 0x80070006,
  });
  const asked = refusedWith(w.runtime.stats('web'));
  await quiet();
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  answer();
  t.is((await asked).code, 'failedPrecondition');
  t.is((await refusedWith(w.runtime.stats('web'))).code, 'failedPrecondition');
});

test('an answer of HCS that is not of its shape is a failure of HCS', async (t) => {
  const hcs = new FakeHcs();
  const w = await world({ hcs });
  await running(w);
  for (const answer of [null, '', '{', '{"Statistics":{"Uptime100ns":"x"}}']) {
    hcs.getComputeSystemProperties = () => Promise.resolve(answer);
    t.is((await refusedWith(w.runtime.stats('web'))).code, 'hcsFailure', String(answer));
  }
});

test('processes names init and execs, and what the container itself started has no name', async (t) => {
  const w = await world();
  const pid = await running(w);
  const exec = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  const items = await w.runtime.processes('web');
  t.deepEqual(
    items.map(({ pid: p, processId, imageName }) => [p, processId, imageName]),
    [
      [pid, 'init', 'fake.exe'],
      [exec.pid, 'e', 'fake.exe'],
    ],
  );
});

test('resize passes height and width, and refuses what does not fit 16 bits', async (t) => {
  const w = await world();
  const pid = await running(w, 'web', spec({ process: { args: ['cmd'], cwd: 'C:\\', terminal: true } }));
  await w.runtime.resize('web', undefined, 80, 25);
  t.true(w.hcs.calls.includes('{"Operation":"ConsoleSize","ConsoleSize":{"Height":25,"Width":80}}'));
  t.true(w.hcs.calls.includes(`HcsModifyProcess ${pid}`));
  for (const [width, height] of [
    [0, 25],
    [80, 65536],
    [1.5, 2],
    [NaN, 2],
  ] as const)
    t.is((await refusedWith(w.runtime.resize('web', undefined, width, height))).code, 'invalidRequest');
  t.is((await refusedWith(w.runtime.resize('web', 'none', 80, 25))).code, 'notFound');
  const exec = await w.runtime.exec({ id: 'web', process: process() });
  const calls = w.hcs.calls.length;
  t.is((await refusedWith(w.runtime.resize('web', exec.execId, 80, 25))).code, 'failedPrecondition', 'no console');
  t.is(w.hcs.calls.length, calls, 'HCS is not asked');
});

test('B24: a refused close-stdin is told, and can be tried again', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  const { pid } = await w.runtime.start({ id: 'web', stdin: true });
  w.hcs.fault('HcsModifyProcess', { hresult: 0x80004005 });
  t.is((await refusedWith(w.runtime.closeStdin('web', undefined))).code, 'hcsFailure');
  await w.runtime.closeStdin('web', undefined);
  t.true(w.hcs.process(pid).stdinClosed);
});

test('closing the stdin of what has ended, or is ending, is success', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  const { pid } = await w.runtime.start({ id: 'web', stdin: true });
  w.hcs.fault('HcsModifyProcess', { hresult: 0xc0370105 });
  await w.runtime.closeStdin('web', 'init');
  const exec = await w.runtime.exec({ id: 'web', execId: 'e', process: process(), stdin: true });
  w.hcs.exit(exec.pid, 0);
  await w.runtime.wait('web', 'e', 'container');
  await w.runtime.closeStdin('web', 'e');
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  const calls = w.hcs.calls.length;
  await w.runtime.closeStdin('web', undefined);
  t.is(w.hcs.calls.length, calls, 'HCS is not asked');
});

test('F.4 k: update changes the network and says unsupported to anything else', async (t) => {
  const w = await world();
  await running(w);
  const guid = '11111111-2222-3333-4444-555555555555';
  await w.runtime.update('web', { network: { add: [guid], remove: [`{${guid}}`] } });
  t.deepEqual(
    w.hcs.calls.filter((c) => c.startsWith('{"ResourceType"')),
    [
      `{"ResourceType":"Network","Settings":"${guid}","RequestType":"Remove"}`,
      `{"ResourceType":"Network","Settings":"${guid}","RequestType":"Add"}`,
    ],
  );
  t.is((await refusedWith(w.runtime.update('web', { memory: { limit: 1 } }))).code, 'unsupported');
  t.is((await refusedWith(w.runtime.update('web', { cpu: {}, network: { add: [guid] } }))).code, 'unsupported');
  for (const wrong of [{}, null, 'x', { network: {} }, { network: { add: ['no'] } }, { network: { add: 'x' } }])
    t.is((await refusedWith(w.runtime.update('web', wrong))).code, 'invalidRequest', JSON.stringify(wrong));
});

test('an update with a member that is none is refused by its path, HCS is not asked', async (t) => {
  const w = await world();
  await running(w);
  const calls = w.hcs.calls.length;
  const paths = async (network: object): Promise<unknown> =>
    (await refusedWith(w.runtime.update('web', { network }))).details.issues?.map(({ path }) => path);
  t.deepEqual(await paths({ endpointList: ['11111111-2222-3333-4444-555555555555'] }), [
    'resources.network.endpointList',
  ]);
  t.deepEqual(await paths({ add: ['11111111-2222-3333-4444-555555555555', 'x'] }), ['resources.network.add[1]']);
  t.is(w.hcs.calls.length, calls);
});

test('when one endpoint of an update is refused, those before it are taken back, and what cannot be is named', async (t) => {
  const w = await world();
  await running(w);
  const [a, b, c] = [1, 2, 3].map((n) => `${n}1111111-2222-3333-4444-555555555555`) as [string, string, string];
  const modified = (): string[] => w.hcs.calls.filter((call) => call.startsWith('{"ResourceType"'));
  // Detaching a, attaching b are done; attaching c is refused.
  w.hcs.fault('HcsModifyComputeSystem', {});
  w.hcs.fault('HcsModifyComputeSystem', {});
  w.hcs.fault('HcsModifyComputeSystem', { hresult: 0x80070490 });
  const error = await refusedWith(w.runtime.update('web', { network: { remove: [a], add: [b, c] } }));
  t.is(error.code, 'hcsFailure');
  t.is(error.details.leftovers, undefined);
  t.deepEqual(
    modified().map((call) => [/"Settings":"(.)/.exec(call)?.[1], /"(Add|Remove)"/.exec(call)?.[1]]),
    [
      ['1', 'Remove'],
      ['2', 'Add'],
      ['2', 'Remove'],
      ['1', 'Add'],
    ],
  );
  w.hcs.fault('HcsModifyComputeSystem', {});
  w.hcs.fault('HcsModifyComputeSystem', { hresult: 0x80070490, times: 2 });
  const stuck = await refusedWith(w.runtime.update('web', { network: { add: [b, c] } }));
  t.deepEqual(stuck.details.leftovers?.length, 1);
  t.regex(stuck.details.leftovers?.[0] ?? '', /endpoint 21111111-.* is attached: .*HcsModifyComputeSystem/);
});

test('checkpoint is unsupported, with its reason', async (t) => {
  const w = await world();
  await running(w);
  const error = await refusedWith(w.runtime.checkpoint('web'));
  t.is(error.code, 'unsupported');
  t.regex(error.message, /cannot be checkpointed/);
});

test('list shows foreign systems only when asked, and never fails for their sake', async (t) => {
  const w = await world();
  await running(w);
  const other = await world({ hcs: w.hcs });
  await other.runtime.create({ id: 'theirs', spec: spec(), owner: 'docker' });
  t.deepEqual(
    (await w.runtime.list(false)).items.map((i) => i.id),
    ['web'],
  );
  const { items } = await w.runtime.list(true);
  t.deepEqual(
    items.map((i) => [i.id, i.foreign ?? false, i.owner, i.status]),
    [
      ['web', false, 'hostcompute', 'running'],
      ['theirs', true, 'docker', 'running'],
    ],
  );
  w.hcs.fault('HcsEnumerateComputeSystems', { hresult: 0x80004005 });
  const failed = await w.runtime.list(true);
  t.is(failed.items.length, 1);
  t.regex(failed.warnings[0] ?? '', /E_FAIL/);
  w.hcs.fault('HcsEnumerateComputeSystems', { after: new Promise(() => undefined) });
  const hung = w.runtime.list(true);
  await w.clock.advance(10_001);
  t.is((await hung).warnings.length, 1);
});

test('before Windows 1709 a race of enumeration is tried again', async (t) => {
  const w = await world({ target: { build: 14393, cpus: 2, exists: () => Promise.resolve(false) } });
  await running(w);
  w.hcs.fault('HcsEnumerateComputeSystems', { hresult: 0x80070005, times: 3 });
  const listed = w.runtime.list(true);
  await w.clock.advance(100);
  t.deepEqual((await listed).warnings, []);
});

test('sweep removes what failed creates left, and names strangers without touching them', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0x80004005 });
  w.hcs.fault('HcsTerminateComputeSystem', { hresult: 0x80004005 });
  await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  await w.hcs.createComputeSystem('theirs', '{"Owner":"hostcompute"}');
  const dry = await w.runtime.sweep(true);
  t.deepEqual(
    dry.items.map((i) => [i.kind, i.id, i.removed]),
    [
      ['system', 'web', false],
      ['record', 'web', false],
      ['system', 'theirs', false],
    ],
  );
  const real = await w.runtime.sweep(false);
  t.deepEqual(
    real.items.map((i) => [i.kind, i.id, i.removed]),
    [
      ['system', 'web', true],
      ['record', 'web', true],
      ['system', 'theirs', false],
    ],
  );
  t.deepEqual([...w.hcs.systems.keys()], ['theirs']);
  t.deepEqual((await w.runtime.list(false)).items, []);
});

test('log tells where a log lies, whether it is written, and when it grows or ends', async (t) => {
  const w = await world();
  const pid = await running(w);
  const log = await w.runtime.log('web', 'init');
  t.regex(log.folder, /^\/logs\/web\//);
  t.true(log.open);
  let news = 0;
  const end = log.watch(() => (news += 1));
  await quiet();
  t.true(w.hcs.calls.includes(`watchLog true ${pid}`));
  const [token] = w.hcs.process(pid).tokens;
  w.hcs.notify({ kind: 'logGrew', process: token! });
  await quiet();
  t.is(news, 1);
  end();
  await quiet();
  t.true(w.hcs.calls.includes(`watchLog false ${pid}`));
  const second = (await w.runtime.log('web', 'init')).watch(() => (news += 10));
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  t.true(news > 10, 'the end is news');
  second();
  t.false((await w.runtime.log('web', 'init')).open);
  t.is((await refusedWith(w.runtime.log('web', 'e'))).code, 'notFound');
});

test('a wait can be cancelled and bounded, and leaves nothing behind', async (t) => {
  const w = await world();
  await running(w);
  const abort = new AbortController();
  const cancelled = refusedWith(w.runtime.wait('web', undefined, 'container', { signal: abort.signal }));
  abort.abort();
  t.is((await cancelled).code, 'cancelled');
  const bounded = refusedWith(w.runtime.wait('web', undefined, 'init', { timeoutMs: 50 }));
  await w.clock.advance(51);
  t.is((await bounded).code, 'timeout');
});

test('a wait on a failed create is refused', async (t) => {
  const w = await world();
  w.hcs.fault('HcsStartComputeSystem', { hresult: 0x80004005 });
  await refusedWith(w.runtime.create({ id: 'web', spec: spec() }));
  t.is((await refusedWith(w.runtime.wait('web', undefined, 'container'))).code, 'failedPrecondition');
});

test('busy follows the containers, and those who watch it are told', async (t) => {
  const w = await world();
  const changes: boolean[] = [];
  w.runtime.onIdleChange((busy) => changes.push(busy));
  t.false(w.runtime.busy());
  const pid = await running(w);
  t.true(w.runtime.busy());
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  await quiet();
  t.false(w.runtime.busy());
  t.deepEqual(changes.at(0), true);
  t.deepEqual(changes.at(-1), false);
});

test('closing the runtime ends every wait with unavailable and leaves the containers alone', async (t) => {
  const w = await world();
  await running(w);
  const wait = refusedWith(w.runtime.wait('web', undefined, 'container'));
  await w.runtime.close();
  t.is((await wait).code, 'unavailable');
  t.is(w.hcs.system('web').state, 'Running');
});

test('a subscriber sees the life of a container in order, whatever it was doing', async (t) => {
  const w = await world();
  const seen: string[] = [];
  await w.runtime.subscribe(
    0,
    (events) => void seen.push(...events.map((e) => e.type)),
    () => t.fail(),
  );
  const pid = await running(w);
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  await quiet();
  t.deepEqual(seen, ['create', 'start', 'stopping', 'exit']);
  t.is((await w.runtime.eventsList(2, 10)).events.length, 2);
});

test('a pause that was given up and asked for again counts when its completion comes', async (t) => {
  for (const isEarly of [false, true]) {
    const w = await world();
    await running(w, 'web', hypervSpec());
    w.hcs.fault('HcsPauseComputeSystem', { lost: true });
    const first = refusedWith(w.runtime.pause('web', { timeoutMs: 1000 }));
    await w.clock.advance(1000);
    t.is((await first).code, 'timeout');
    const complete = (): void => {
      const [token] = w.hcs.system('web').tokens;
      if (token === undefined) throw new Error('no token');
      w.hcs.notify({ kind: 'system', system: token, type: 'SystemPauseCompleted', status: 0, data: null });
    };
    let release: () => void = () => undefined;
    // HCS, which has it paused already, refuses the second one.
    w.hcs.fault('HcsPauseComputeSystem', { after: new Promise<void>((resolve) => (release = resolve)) });
    const second = refusedWith(w.runtime.pause('web'));
    await quiet();
    if (isEarly) complete();
    release();
    t.is((await second).code, 'hcsFailure');
    if (!isEarly) complete();
    await quiet();
    t.like(await w.runtime.state('web'), { status: 'paused' }, String(isEarly));
    await w.runtime.resume('web');
  }
});

test('a timeout is told in whole milliseconds', async (t) => {
  const w = await world();
  await running(w, 'web', hypervSpec());
  w.hcs.fault('HcsPauseComputeSystem', { after: new Promise(() => undefined) });
  const refused = refusedWith(w.runtime.pause('web', { timeoutMs: 991.9335389999999 }));
  await w.clock.advance(1000);
  t.regex((await refused).message, /longer than 992 ms$/);
});
