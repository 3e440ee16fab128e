/**
 * The engine is killed at a chosen point: just before an event is written, or when it is written and nobody has been told. A hook
 * that is loaded before the engine looks at what goes into the journal; engine, home and simulated service are the real ones.
 */
import { spawn } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';

import type { FeedItem } from '#src/rpc/client/index.js';
import { readEngineFile } from '#src/home/engineFile.js';
import type { HomePaths } from '#src/home/paths.js';
import { connectSimulator } from '#src/cli/simulatorControl.js';
import { eventFaults, type StoryEvent } from '../../torture/stories.js';
import { client, ENTRY, exitOf, newHome, shell, until, type Client } from './support.js';

type When = 'before' | 'after';

/** Ends its process with SIGKILL at the first write of a journal record with such an event. */
const hook = (type: string, ofInit: boolean, when: When): string => `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const write = fs.writeSync;
  const isWanted = (bytes) => {
    if (!ArrayBuffer.isView(bytes)) return false;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    const begin = text.indexOf('{"seq":');
    if (begin < 0) return false;
    return JSON.parse(text.slice(begin)).events.some((e) => e.type === ${JSON.stringify(type)} && (e.processId === 'init') === ${ofInit});
  };
  fs.writeSync = (fd, bytes, ...rest) => {
    const wanted = isWanted(bytes);
    if (wanted && ${JSON.stringify(when)} === 'before') process.kill(process.pid, 'SIGKILL');
    const written = write(fd, bytes, ...rest);
    if (wanted) process.kill(process.pid, 'SIGKILL');
    return written;
  };
  syncBuiltinESMExports();`;

/** Resolves when the engine is dead, with what a subscriber had heard until then. */
async function livedUntilKilled(t: ExecutionContext, paths: HomePaths, code: string): Promise<readonly FeedItem[]> {
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const engine = spawn(process.execPath, ['--import', url, ENTRY, '--home', paths.home, '--backend', 'simulator'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.teardown(() => engine.kill('SIGKILL'));
  await until('the engine file', () => readEngineFile(paths.engineFile)?.pid === engine.pid);
  const [user, listener] = [await client(t, paths), await client(t, paths)];
  const heard: FeedItem[] = [];
  const listening = (async () => {
    for await (const item of listener.events({ after: 0 })) heard.push(item);
  })().catch(() => undefined);
  await live(user).catch(() => undefined);
  t.is(await exitOf(engine), 'SIGKILL');
  await listening;
  return heard;
}

/** One of its steps is never answered. */
async function live(user: Client): Promise<void> {
  await user.create(shell('web', 'sleep 0.5; exit 7'));
  await user.start({ id: 'web' });
  const process = { args: ['sh', '-c', 'exit 3'], cwd: 'C:\\', user: { username: '' } };
  await user.exec({ id: 'web', execId: 'e', process });
  await user.wait('web', 'e', 'container');
  await user.wait('web', undefined, 'container');
  await user.delete('web', false);
}

const isOf = (item: FeedItem, type: string, ofInit: boolean): boolean =>
  'processId' in item && item.type === type && (item.processId === 'init') === ofInit;

for (const [type, process] of [
  ['create', 'init'],
  ['start', 'init'],
  ['exec-started', 'an exec'],
  ['exit', 'an exec'],
  ['stopping', 'init'],
  ['exit', 'init'],
  ['delete', 'init'],
] as const)
  for (const when of ['before', 'after'] as const)
    test.serial(
      `killed ${when} "${type}" of ${process} is written, an engine has told nobody of it, and the next one knows what was written`,
      async (t) => {
        const paths = newHome(t);
        const ofInit = process === 'init';
        const heard = await livedUntilKilled(t, paths, hook(type, ofInit, when));
        t.false(
          heard.some((item) => isOf(item, type, ofInit)),
          'it was told',
        );

        const next = await client(t, paths);
        // Until then a half-done create is not shown.
        await next.request('container/restore', {});
        for (const { id } of (await next.list(false)).items) {
          const state = await next.state(id);
          if (state.status === 'stopped')
            t.true(state.exitCode === 7 || state.exitUnknown !== undefined, JSON.stringify(state));
          await next.delete(id, true);
        }
        const written = (await next.request('events/list', { after: 0 })).items as readonly FeedItem[];
        // What was told was written, at the same place.
        t.deepEqual(written.slice(0, heard.length), heard);
        if (when === 'after')
          t.true(isOf(written[heard.length]!, type, ofInit) || isOf(written[heard.length + 1]!, type, ofInit));
        t.deepEqual(eventFaults(written as unknown as readonly StoryEvent[], true), []);

        const control = await connectSimulator(paths.home);
        const counts = await control!.rpc.sendRequest<Record<string, number>>('status');
        control!.close();
        t.is(counts['computeSystems'], 0);
        t.is(counts['processes'], 0);
      },
    );
