/** stream/*: which bytes, from where. */
import type { Socket } from 'node:net';
import { RuntimeError } from '../../../core/errors.js';
import type { ParamsOf, ResultOf } from '../../protocol.js';
import { OutputPump, type OutputRequest } from '../outputStream.js';
import type { Call, Handlers, Session } from '../session.js';
import { STDIN_WINDOW, StdinPump } from '../stdinStream.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const streamHandlers: Handlers<'stream/open' | 'stream/credit' | 'stream/data' | 'stream/close'> = {
  'stream/open': (params, call) => (params.stream === 'stdin' ? openStdin(params, call) : openOutput(params, call)),
  'stream/credit': ({ streamId, bytes }, { session }) => {
    session.streams.get(streamId).credit(bytes);
    return {};
  },
  'stream/data': async ({ streamId, data }, { session }) => {
    const stream = session.streams.get(streamId);
    if (!BASE64.test(data)) {
      throw new RuntimeError('invalidRequest', 'data is not base64', {
        issues: [{ path: 'data', expected: 'base64', got: `string of ${data.length} characters` }],
      });
    }
    await stream.data(Buffer.from(data, 'base64'));
    return {};
  },
  'stream/close': async ({ streamId, keep }, { session }) => {
    const stream = session.streams.get(streamId);
    session.streams.remove(streamId);
    await stream.close(keep === true);
    return {};
  },
};

async function openStdin({ id, execId }: ParamsOf<'stream/open'>, call: Call): Promise<ResultOf<'stream/open'>> {
  const { session } = call;
  const owner = {
    keep: (socket: Socket): void => {
      session.left.keep(id, execId, socket);
    },
    expect: (over: Promise<void>): void => {
      session.left.expect(id, execId, over);
    },
  };
  const own = session.pipes.take(id, execId, 'stdin');
  if (own !== undefined)
    return { streamId: await StdinPump.open(session, own, { ...owner, attached: false }), credit: STDIN_WINDOW };
  // A client that was killed is known to be gone only a moment later.
  await session.left.arrived(id, execId);
  call.signal.throwIfAborted();
  const left = session.left.take(id, execId);
  if (left !== undefined) {
    try {
      return { streamId: await StdinPump.open(session, left, { ...owner, attached: true }), credit: STDIN_WINDOW };
    } catch {
      // Its client had opened it, or it has gone with its program.
    }
  }
  throw new RuntimeError('failedPrecondition', `stdin of ${nameOf(id, execId)} is not to be had`, {
    containerId: id,
    hint: 'it is there for one writer at a time, when it was asked for: hcs run --detach --interactive, hcs start --interactive (stdin: true of container/start, container/exec)',
  });
}

async function openOutput(params: ParamsOf<'stream/open'>, call: Call): Promise<ResultOf<'stream/open'>> {
  const { id, execId, stream, from, foreground, credit } = params;
  const { session } = call;
  if (stream === 'stdin') throw new RuntimeError('internal', 'stdin is no output');
  const pipe = foreground === true ? session.pipes.take(id, execId, stream) : undefined;
  if (foreground === true && pipe === undefined) {
    throw new RuntimeError(
      'failedPrecondition',
      `${stream} of ${nameOf(id, execId)} has no foreground reader on this connection`,
      {
        containerId: id,
        hint: `pass foreground: ["${stream}"] to container/start or container/exec, and open the stream once`,
      },
    );
  }
  const target = { id, processId: execId ?? 'init' };
  const request = { target, stream, from: 0, credit: credit ?? 0 };
  if (pipe !== undefined) return { streamId: begin(session, { ...request, pipe }) };
  // Unknown containers and processes are refused here, not by an early end of the stream.
  const { folder } = await (await session.runtime).log(target.id, target.processId);
  // Before the answer: what the program writes after it, for instance because its client now writes, comes after this place.
  const place = from === 'end' ? { folder, cursor: await session.logs.tail(folder, 0) } : (from ?? 0);
  return { streamId: begin(session, { ...request, from: place }) };
}

function begin(session: Session, request: Omit<OutputRequest, 'streamId'>): string {
  return session.streams.add((streamId) => {
    const pump = new OutputPump(session, { ...request, streamId });
    session.afterAnswer(() => void pump.run());
    return pump;
  });
}

const nameOf = (id: string, execId: string | undefined): string => (execId === undefined ? id : `${id} exec ${execId}`);
