/** What a private pipe has brought, and what is taken from the log after it. */
import { Writable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { copyOutput } from '#src/cli/foreground/copyOutput.js';
import type { ExitReport, OutputBytes } from '#src/core/runtime.js';
import type { Client } from '#src/rpc/client/index.js';
import { pipeServer } from '../rpc/pipeServer.js';

const LOG = 'abcdef';

const end = (output?: OutputBytes): Promise<ExitReport> =>
  Promise.resolve({ exitCode: 0, exitedAt: '2026-01-01T00:00:00Z', ...(output === undefined ? {} : { output }) });

/** Copies stdout of a program whose pipe brings `piped` and whose log is LOG. Answers the text, from where the log was asked, and what went wrong. */
async function copied(
  t: ExecutionContext,
  piped: string,
  ended: Promise<ExitReport>,
): Promise<{
  readonly text: string;
  readonly asked: readonly (number | 'end' | undefined)[];
  readonly error?: string;
}> {
  const pipe = await pipeServer(t);
  void pipe.connected.then((socket) => socket.end(piped));
  const asked: (number | 'end' | undefined)[] = [];
  const openStream: Client['openStream'] = ({ from }) => {
    asked.push(from);
    const rest = [Buffer.from(LOG.slice(Number(from)))];
    const stream = { droppedBytes: 0, [Symbol.asyncIterator]: () => rest.values() };
    return Promise.resolve(stream as unknown as Awaited<ReturnType<Client['openStream']>>);
  };
  const client = { openStream } as Client;
  let text = '';
  let error: string | undefined;
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  await copyOutput(
    { current: () => client, renew: () => Promise.resolve(client) },
    pipe.pipe,
    { id: 'web' },
    'stdout',
    () => sink,
    ended,
  ).catch((e: unknown) => (error = (e as Error).message));
  return { text, asked, ...(error === undefined ? {} : { error }) };
}

test('who has read as many bytes as the program has written asks the log for nothing', async (t) => {
  t.deepEqual(await copied(t, 'abcdef', end({ stdout: 6, stderr: 9 })), { text: 'abcdef', asked: [] });
});

test('what the pipe has not brought comes from the log', async (t) => {
  t.deepEqual(await copied(t, 'abc', end({ stdout: 6 })), { text: 'abcdef', asked: [3] });
});

test('when nobody has seen the end of the output the log is asked', async (t) => {
  t.deepEqual(await copied(t, 'abcd', end()), { text: 'abcdef', asked: [4] });
});

test('of a container that is lost the rest comes from the log before that is told', async (t) => {
  const lost = Promise.reject(new Error('lost'));
  lost.catch(() => undefined);
  t.deepEqual(await copied(t, 'abc', lost), { text: 'abcdef', asked: [3], error: 'lost' });
});
