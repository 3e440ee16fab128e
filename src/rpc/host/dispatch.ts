/** One request: decoded by the table, handled, bounded by cancellation and deadline, its error put into the wire's form. */
import type { CancellationToken } from 'vscode-jsonrpc/node';
import { RuntimeError } from '../../core/errors.js';
import { decodeOrThrow } from '../decode.js';
import { toResponseError } from '../errors.js';
import { METHODS, type Method, type RequestDefinition } from '../protocol.js';
import { containerHandlers } from './handlers/container.js';
import { eventHandlers } from './handlers/events.js';
import { hostHandlers } from './handlers/host.js';
import { layerHandlers } from './handlers/layer.js';
import { networkHandlers } from './handlers/network.js';
import { processHandlers } from './handlers/process.js';
import { streamHandlers } from './handlers/streams.js';
import { Progress } from './progress.js';
import type { Call, Handlers, Session } from './session.js';

/** `initialize` and `shutdown` are the connection's own. */
export type DispatchedMethod = Exclude<Method, 'initialize' | 'shutdown'>;

const HANDLERS: Handlers<DispatchedMethod> = {
  ...containerHandlers,
  ...processHandlers,
  ...eventHandlers,
  ...streamHandlers,
  ...hostHandlers,
  ...layerHandlers,
  ...networkHandlers,
};

/** For the runtime to time out itself first: its error knows more. */
const DEADLINE_GRACE_MS = 500;

interface Common {
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly workDoneToken?: string | number;
}

/**
 * Resolves with the result or rejects with a ResponseError. A cancelled or overdue request answers at once; what it began is
 * told to stop by the signal and is not waited for.
 */
export function dispatch(
  method: DispatchedMethod,
  input: unknown,
  session: Session,
  token: CancellationToken | null,
): Promise<unknown> {
  const definition: RequestDefinition = METHODS[method];
  const abort = new AbortController();
  let cleanUp: () => void = () => undefined;
  return new Promise<unknown>((resolve, reject) => {
    const stop = (error: RuntimeError): void => {
      reject(toResponseError(error));
      abort.abort(error);
    };
    const fail = (error: unknown): void => {
      reject(toResponseError(error));
    };
    if (session.signal.aborted || token?.isCancellationRequested === true) {
      stop(cancelled(method));
      return;
    }
    try {
      const params = decodeOrThrow(definition.params, byName(method, input), `${method} parameters`) as Common;
      const onEnd = (): void => {
        stop(cancelled(method));
      };
      session.signal.addEventListener('abort', onEnd, { once: true });
      const onCancel = token?.onCancellationRequested(onEnd);
      const timer = deadline(method, definition, params, stop);
      const progress = new Progress(session, method, params.workDoneToken);
      cleanUp = () => {
        session.signal.removeEventListener('abort', onEnd);
        onCancel?.dispose();
        clearTimeout(timer);
        progress.end();
      };
      const { timeoutMs } = params;
      const call: Call = {
        session,
        signal: abort.signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(params.workDoneToken === undefined ? {} : { progress: progress.step }),
      };
      // The table and the handlers have the same keys and the same types; the compiler cannot follow the pairing.
      const handler = HANDLERS[method] as (params: Common, call: Call) => unknown;
      // Called at once, so that handlers begin in the order of the messages.
      Promise.resolve(handler(params, call)).then(resolve, fail);
    } catch (error) {
      fail(error);
    }
  }).finally(() => {
    cleanUp();
  });
}

function deadline(
  method: Method,
  definition: RequestDefinition,
  { timeoutMs, graceMs }: Common,
  stop: (error: RuntimeError) => void,
): NodeJS.Timeout | undefined {
  // container/stop without graceMs: timeoutMs is the grace and bounds nothing.
  if (timeoutMs === undefined || (method === 'container/stop' && graceMs === undefined)) return undefined;
  const bound = timeoutMs * (definition.operations ?? 1) + (graceMs ?? 0) + DEADLINE_GRACE_MS;
  return setTimeout(
    () => {
      stop(new RuntimeError('timeout', `${method} was not done within ${timeoutMs} ms`, { phase: method }));
    },
    Math.min(bound, 2_147_483_647),
  );
}

const cancelled = (method: Method): RuntimeError => new RuntimeError('cancelled', `${method} was cancelled`);

/** No parameters may also be an empty array, as some libraries write a call without arguments. */
function byName(method: Method, input: unknown): unknown {
  if (!Array.isArray(input)) return input ?? {};
  if (input.length === 0) return {};
  throw new RuntimeError('invalidRequest', `${method} takes its parameters by name`, {
    issues: [{ path: 'params', expected: 'object', got: `array of ${input.length}` }],
  });
}
