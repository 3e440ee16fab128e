import test from 'ava';
import { decodeProcess } from '#src/core/documents/spec.js';
import { process, quiet, refusedWith, running, spec, world } from './world.js';

test('B16, F.4 f: of two execs with one id exactly one is made', async (t) => {
  const w = await world();
  await running(w);
  const results = await Promise.allSettled(
    ['E1', 'e1'].map((execId) => w.runtime.exec({ id: 'web', execId, process: process() })),
  );
  t.deepEqual(results.map((r) => r.status).sort(), ['fulfilled', 'rejected']);
  const refused = results.find((r) => r.status === 'rejected');
  t.is((refused?.reason as { code: string }).code, 'alreadyExists');
  t.is(w.hcs.calls.filter((c) => c.startsWith('HcsCreateProcess')).length, 2);
});

test('B16: an exec needs a running container', async (t) => {
  const w = await world();
  await w.runtime.create({ id: 'web', spec: spec() });
  const exec = (): Promise<unknown> => w.runtime.exec({ id: 'web', process: process() });
  t.is((await refusedWith(exec())).code, 'failedPrecondition');
  t.false(w.hcs.calls.includes('HcsCreateProcess web'), 'HCS is not asked');
  const { pid } = await w.runtime.start({ id: 'web' });
  w.hcs.exit(pid, 0);
  await w.runtime.wait('web', undefined, 'container');
  t.is((await refusedWith(exec())).code, 'failedPrecondition');
  t.is((await refusedWith(w.runtime.exec({ id: 'none', process: process() }))).code, 'notFound');
});

test('F.4 f: an exec id is free once its exit is published, and wait still knows the last exit', async (t) => {
  const w = await world();
  await running(w);
  const first = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  w.hcs.exit(first.pid, 1);
  t.like(await w.runtime.wait('web', 'e', 'container'), { exitCode: 1 });
  const second = await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  const ended = w.runtime.wait('web', 'e', 'container');
  w.hcs.exit(second.pid, 2);
  t.like(await ended, { exitCode: 2 });
  t.like(await w.runtime.wait('web', 'e', 'container'), { exitCode: 2 });
  const [a, b] = [first, second].map(({ pid }) => w.hcs.process(pid).relays[0]?.logFolder);
  t.not(a, b, 'each has a log of its own');
});

test('the last 64 exec exits are kept, and logs go with the others', async (t) => {
  const gone: string[] = [];
  const w = await world({
    logs: {
      folder: (key, epoch, id) => `/logs/${key}/${epoch}/${id}`,
      remove: () => Promise.resolve(),
      removeProcess: (_key, _epoch, id) => {
        gone.push(id);
        return Promise.resolve();
      },
    },
  });
  await running(w);
  for (let n = 0; n < 70; n += 1) {
    const { pid } = await w.runtime.exec({ id: 'web', execId: `e${n}`, process: process() });
    w.hcs.exit(pid, n);
    await w.runtime.wait('web', `e${n}`, 'container');
  }
  t.is((await w.runtime.state('web')).execs.length, 64);
  t.is((await refusedWith(w.runtime.wait('web', 'e5', 'container'))).code, 'notFound');
  t.like(await w.runtime.wait('web', 'e6', 'container'), { exitCode: 6 });
  t.is(gone.length, 6);
  await quiet();
  t.is(w.hcs.liveHandles, 2);
});

for (const [hresult, status] of [
  [0x80070002, 127],
  [0x80070005, 126],
] as const)
  test(`an exec that cannot be made is processCannotStart ${status}; the container runs on and the id is free`, async (t) => {
    const w = await world();
    await running(w);
    w.hcs.fault('HcsCreateProcess', { hresult });
    const error = await refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }));
    t.like(error, { code: 'processCannotStart' });
    t.is(error.details.exitStatus, status);
    t.deepEqual(w.told(), ['create', 'start']);
    await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  });

test('an exec that ends before it is announced is announced first', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.onProcess = (p) => {
    w.hcs.exit(p.pid, 9);
  };
  w.hcs.fault('startRelay', { after: quiet() });
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  t.like(await w.runtime.wait('web', 'e', 'container'), { exitCode: 9 });
  t.deepEqual(w.told().slice(2), ['e:exec-added', 'e:exec-started', 'e:exit(9)']);
});

test('an exec inherits the working directory and nothing else', async (t) => {
  const w = await world();
  await running(w);
  const { pid } = await w.runtime.exec({ id: 'web', process: process({ cwd: '' }) });
  const parameters = JSON.parse(w.hcs.process(pid).parameters) as Record<string, unknown>;
  t.is(parameters['WorkingDirectory'], 'C:\\');
  t.false('Environment' in parameters);
});

test('an exec that inherits comes over environment and user of init, names compared as Windows does', async (t) => {
  const w = await world();
  const init = {
    args: ['app.exe'],
    cwd: 'C:\\app',
    env: ['Path=C:\\bin', 'MODE=a=b', 'EMPTY='],
    user: { username: 'app' },
  };
  await running(w, 'web', spec({ process: init }));
  const parameters = async (overrides: object): Promise<unknown> => {
    const { pid } = await w.runtime.exec({
      id: 'web',
      inherit: true,
      process: decodeProcess({ args: ['x'], ...overrides }),
    });
    const { Environment, User, WorkingDirectory } = JSON.parse(w.hcs.process(pid).parameters) as Record<
      string,
      unknown
    >;
    return { Environment, User, WorkingDirectory };
  };
  t.deepEqual(await parameters({}), {
    Environment: { EMPTY: '', MODE: 'a=b', Path: 'C:\\bin' },
    User: 'app',
    WorkingDirectory: 'C:\\app',
  });
  t.deepEqual(await parameters({ env: ['PATH=D:\\', 'NEW=1'], cwd: 'D:\\', user: { username: 'root' } }), {
    Environment: { EMPTY: '', MODE: 'a=b', NEW: '1', PATH: 'D:\\' },
    User: 'root',
    WorkingDirectory: 'D:\\',
  });
  // After the end of the engine too: what init was created with is in the record.
  const next = await w.again();
  const { pid } = await next.runtime.exec({ id: 'web', inherit: true, process: process() });
  t.regex(w.hcs.process(pid).parameters, /"MODE":"a=b"/);
});

test('what an exec inherits is as secret as what it is given', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('HcsCreateProcess', { hresult: 0x80004005, message: 'cannot start app.exe with hunter22 and swordfish' });
  const error = await refusedWith(
    w.runtime.exec({ id: 'web', inherit: true, process: process({ env: ['KEY=swordfish'] }) }),
  );
  t.false(/hunter22|swordfish/.test(JSON.stringify(error.toDocument())));
  t.false(JSON.stringify(await w.runtime.state('web')).includes('hunter22'));
});

test('an exec whose stdio cannot be attached is ended and closed, unseen', async (t) => {
  const w = await world();
  await running(w);
  w.hcs.fault('startRelay', { hresult: 0x80004005 });
  t.is((await refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }))).code, 'hcsFailure');
  await quiet();
  t.is(w.hcs.liveHandles, 2);
  t.deepEqual(w.told(), ['create', 'start']);
  t.is((await refusedWith(w.runtime.wait('web', 'e', 'container'))).code, 'notFound');
});

test('a cancelled exec answers at once and its process is ended when HCS answers', async (t) => {
  const w = await world();
  await running(w);
  let answer: () => void = () => undefined;
  w.hcs.fault('HcsCreateProcess', { after: new Promise<void>((resolve) => (answer = resolve)) });
  const abort = new AbortController();
  const exec = refusedWith(w.runtime.exec({ id: 'web', execId: 'e', process: process() }, { signal: abort.signal }));
  await quiet();
  abort.abort();
  t.is((await exec).code, 'cancelled');
  answer();
  await quiet();
  t.is(w.hcs.liveHandles, 2);
  t.deepEqual(w.told(), ['create', 'start']);
});

test('execs that run when their container ends have their exits published before its own', async (t) => {
  const w = await world();
  const pid = await running(w);
  for (const execId of ['a', 'b']) await w.runtime.exec({ id: 'web', execId, process: process() });
  w.hcs.exit(pid, 3);
  t.like(await w.runtime.wait('web', undefined, 'container'), { exitCode: 3 });
  const told = w.told();
  t.is(told.at(-1), 'exit(3)');
  t.true(told.includes('a:exit(0)') && told.includes('b:exit(0)'));
  t.is(w.hcs.liveHandles, 0);
});

test('exec ids are checked: init is not one', async (t) => {
  const w = await world();
  await running(w);
  for (const execId of ['init', '', '../x', 'a b'])
    t.is((await refusedWith(w.runtime.exec({ id: 'web', execId, process: process() }))).code, 'invalidRequest', execId);
  const { execId } = await w.runtime.exec({ id: 'web', process: process() });
  t.regex(execId, /^exec-[0-9a-f]{12}$/);
});
