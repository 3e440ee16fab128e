/** Following the log of a program whose container is lost and found again: the program goes on, and so does whoever reads. */
import test from 'ava';
import type { LogChunk, LogReader } from '#src/core/ports.js';
import { LogFollower } from '#src/rpc/host/logFollower.js';
import { process, quiet, running, world, type World } from './world.js';

/** A log of stdout to which a test appends. */
class Written {
  text = '';
  readonly reader = {
    read: (_folder: string, cursor: { segment: number; position: number }) => {
      const data = Buffer.from(this.text.slice(cursor.position));
      const chunks: LogChunk[] =
        data.length === 0 ? [] : [{ stream: 'stdout', offset: cursor.position, time: 0, data }];
      return Promise.resolve({
        chunks,
        next: { ...cursor, position: this.text.length },
        dropped: { stdout: 0, stderr: 0 },
        ended: [],
      });
    },
  } as unknown as LogReader;
}

/** What a follower has been given, the end as `END`. */
async function follow(w: World, log: Written, processId: string): Promise<readonly string[]> {
  const got: string[] = [];
  const follower = await LogFollower.open(w.runtime, log.reader, { id: 'web', processId }, ['stdout'], () =>
    Promise.resolve({ segment: 1, position: 0 }),
  );
  void (async () => {
    for (let chunks = await follower.next(100); chunks !== null; chunks = await follower.next(100))
      got.push(Buffer.concat(chunks.map(({ data }) => data)).toString());
    got.push('END');
  })();
  await quiet();
  return got;
}

const grows = async (w: World, pid: number): Promise<void> => {
  for (const token of w.hcs.process(pid).tokens)
    if (w.hcs.watched.has(token)) w.hcs.notify({ kind: 'logGrew', process: token });
  await quiet();
};

for (const [when, isSlow] of [
  ['before', false],
  ['after', true],
] as const)
  for (const processId of ['init', 'e'])
    test(`a follower of the log of ${processId} goes on when its container was lost and is found, with the old handle closed ${when} that`, async (t) => {
      const w = await world();
      const init = await running(w);
      const pid =
        processId === 'init' ? init : (await w.runtime.exec({ id: 'web', execId: 'e', process: process() })).pid;
      const log = new Written();
      const got = await follow(w, log, processId);
      let close: () => void = () => undefined;
      if (isSlow)
        w.hcs.fault('HcsCloseProcess', { after: new Promise<void>((resolve) => (close = resolve)), times: 2 });
      w.hcs.disconnect();
      await w.clock.advance(1_000);
      t.like(await w.runtime.state('web'), { status: 'lost' });
      t.deepEqual(got, []);
      w.hcs.reconnect();
      await w.clock.advance(5_000);
      close();
      await quiet();
      t.like(await w.runtime.state('web'), { status: 'running' });
      log.text = 'more';
      await grows(w, pid);
      t.deepEqual(got, ['more']);
      w.hcs.exit(init, 0);
      await w.clock.advance(400_000);
      t.deepEqual(got, ['more', 'END']);
    });

test('a follower ends when the container that was lost is gone, or deleted', async (t) => {
  const w = await world();
  await running(w);
  await w.runtime.exec({ id: 'web', execId: 'e', process: process() });
  const all = [await follow(w, new Written(), 'init'), await follow(w, new Written(), 'e')];
  w.hcs.disconnect(true);
  await w.clock.advance(1_000);
  t.deepEqual(all, [[], []]);
  w.hcs.reconnect();
  await w.clock.advance(5_000);
  t.like(await w.runtime.state('web'), { status: 'stopped' });
  t.deepEqual(all, [['END'], ['END']]);
});

test('a follower that begins while the container is lost waits for what becomes of it', async (t) => {
  const w = await world();
  const pid = await running(w);
  w.hcs.disconnect();
  await w.clock.advance(1_000);
  const log = new Written();
  const got = await follow(w, log, 'init');
  t.deepEqual(got, []);
  w.hcs.reconnect();
  await w.clock.advance(5_000);
  log.text = 'more';
  await grows(w, pid);
  t.deepEqual(got, ['more']);
});
