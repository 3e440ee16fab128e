/**
 * What the types of `hostcompute/client` promise. Nothing here runs: it is right when it compiles, and an error that is expected
 * and does not come is an error too. Also compiled against the packed package (test/e2e/packed.test.ts).
 */
import {
  connect,
  DEFAULT_OWNER,
  isRuntimeError,
  type ByteStream,
  type CallContext,
  type Client,
  type ContainerSummary,
  type ErrorCode,
  type FeedItem,
  type LogEntry,
} from 'hostcompute/client';
import type { Method, ParamsOf, ResultOf } from 'hostcompute/protocol';

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- how the compiler is made to compare two types exactly
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Takes only a value whose type is exactly `Wanted`. */
declare function exactly<Wanted>(): <Got>(got: Same<Got, Wanted> extends true ? Got : never) => void;

export async function waysToAHost(signal: AbortSignal): Promise<Client> {
  await connect();
  await connect({ home: '/h', backend: 'simulator', launch: false, timeoutMs: 1000, signal });
  await connect({ command: 'ssh', args: ['host', 'hcs', 'serve', '--stdio'], framing: 'content-length' });
  await connect({ streams: { readable: process.stdin, writable: process.stdout }, framing: 'ndjson' });
  // @ts-expect-error -- no such backend
  await connect({ backend: 'docker' });
  // @ts-expect-error -- no such option
  await connect({ host: 'elsewhere' });
  return connect({ socket: '/s', key: 'k' });
}

export async function lifecycle(client: Client, signal: AbortSignal): Promise<void> {
  const context: CallContext = {
    signal,
    timeoutMs: 5000,
    progress: ({ message, percentage }) => {
      exactly<string>()(message);
      exactly<number | undefined>()(percentage);
    },
  };
  const { id } = await client.create({ spec: { process: { args: ['true'], cwd: '/' } } }, context);
  const { pid } = await client.start({ id, stdin: true, foreground: ['stdout'] }, context);
  const exit = await client.wait(id, undefined, 'container', context);
  exactly<number>()(pid);
  exactly<number | null>()(exit.exitCode);
  // @ts-expect-error -- an id is text
  await client.state(5);
  // @ts-expect-error -- stdin is no output
  await client.start({ id, foreground: ['stdin'] });
}

export async function requests(client: Client): Promise<void> {
  const list = await client.request('container/list', { all: true });
  exactly<ContainerSummary[]>()(list.items);
  await client.plan({ spec: {}, owner: DEFAULT_OWNER });
  // @ts-expect-error -- no such method
  await client.request('container/rename', {});
  // @ts-expect-error -- the id is missing
  await client.request('container/state', {});
  const answer: ResultOf<'container/wait'> = await client.request('container/wait', { id: 'web' });
  exactly<string>()(answer.exitedAt);
  const params: ParamsOf<'events/subscribe'> = { after: 3 };
  const method: Method = 'events/subscribe';
  await client.request(method, params);
}

export async function following(client: Client, signal: AbortSignal): Promise<void> {
  for await (const event of client.events({ after: 0, signal })) {
    exactly<FeedItem>()(event);
    switch (event.type) {
      case 'exit':
        exactly<number | null>()(event.exitCode);
        break;
      case 'recovered':
        exactly<'resumed' | 'lost'>()(event.stdio);
        break;
      case 'resync':
        exactly<ContainerSummary[]>()(event.snapshot);
        break;
      default:
        // @ts-expect-error -- only an exit has a code
        exactly<number | null>()(event.exitCode);
    }
  }
  const stream: ByteStream = await client.openStream({ id: 'web', stream: 'stdout', from: 'end', signal });
  for await (const chunk of stream) exactly<Uint8Array>()(chunk);
  exactly<number | null>()(stream.bytes);
  for await (const entry of client.logs({ id: 'web', follow: true, signal })) exactly<LogEntry>()(entry);
  const stdin = await client.openStdin({ id: 'web' });
  await stdin.write(new Uint8Array(1));
  await stdin.end();
}

export function failures(error: unknown): ErrorCode | undefined {
  if (!isRuntimeError(error)) return undefined;
  exactly<ErrorCode>()(error.code);
  const hint: string | undefined = error.details.hint;
  // @ts-expect-error -- no such code
  if (error.code === 'teapot') return undefined;
  return hint === undefined ? undefined : error.code;
}
