/**
 * One command's context: connects when asked, listens for Ctrl+C, cleans up. Whatever a verb may do without is loaded only when it
 * asks for it: `hcs version` must not pay for codecs.
 */
import { setMaxListeners } from 'node:events';
import { asciiJson } from '../core/json/ascii.js';
import type { ProgressStep } from '../core/runtime.js';
import type { Client } from '../rpc/client/index.js';
import type { Context, Host, SignalName } from './context.js';
import type { Globals } from './globals.js';
import type { Log } from './output/logFile.js';
import { hasMotion } from './output/style.js';
import { packageVersion } from './version.js';

export interface Session {
  readonly context: Context;
  /** Ends connection and listeners. Never throws. */
  close(): Promise<void>;
}

/** Status after a second Ctrl+C. */
const INTERRUPTED = 130;
const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** `--backend`, else HCS_BACKEND. */
async function chosenBackend(globals: Globals, env: Host['env']): Promise<'hcs' | 'simulator' | undefined> {
  const asked = globals.backend ?? env['HCS_BACKEND'];
  if (asked === undefined || asked === '') return undefined;
  if (asked === 'hcs' || asked === 'simulator') return asked;
  const [{ invalidRequest }, { shown }] = await Promise.all([import('../core/errors.js'), import('./args/decode.js')]);
  throw invalidRequest(
    `HCS_BACKEND: expected hcs or simulator, got "${shown(asked)}"`,
    [{ path: 'HCS_BACKEND', expected: 'hcs or simulator', got: shown(asked) }],
    'unset it, or name one of the two',
  );
}

/** `log`: `--log-file`. */
export function openSession(globals: Globals, host: Host, log?: Log): Session {
  const abort = new AbortController();
  // Each call of a verb on many ids listens.
  setMaxListeners(0, abort.signal);
  let interrupt: (signal: SignalName) => void = () => {
    if (abort.signal.aborted) host.leave(INTERRUPTED);
    else abort.abort();
  };
  const unlisten = SIGNALS.map((name) =>
    host.onSignal(name, () => {
      interrupt(name);
    }),
  );
  const asked = globals.json ? 'json' : (globals.output ?? (globals.quiet ? 'quiet' : undefined));
  const note = (text: string): void => {
    if (globals.verbose) host.stderr.write(`hcs: ${text}\n`);
    log?.(text);
  };
  const home = async (): Promise<string> =>
    (await import('../home/paths.js')).resolveHome(globals.home, host.env, host.platform);
  const backend = (): Promise<'hcs' | 'simulator' | undefined> => chosenBackend(globals, host.env);

  let connection: Promise<Client> | undefined;
  const connect = async (launch: boolean, signal = abort.signal): Promise<Client> => {
    const [folder, chosen] = await Promise.all([home(), backend()]);
    return host.connect({
      home: folder,
      launch,
      standalone: globals.standalone,
      pipeline: true,
      trust: globals.timeout === undefined,
      clientInfo: { name: 'hcs', version: packageVersion() },
      signal,
      ...(chosen === undefined ? {} : { backend: chosen }),
      ...(globals.timeout === undefined ? {} : { timeoutMs: globals.timeout }),
    });
  };
  const hangUp = async (): Promise<void> => {
    await connection?.then(
      (client) => client.close(),
      () => undefined,
    );
  };

  const context: Context = {
    host,
    globals,
    mode: asked ?? (host.isTerminal ? 'table' : 'json'),
    modeAsked: asked !== undefined,
    home,
    backend,
    signal: abort.signal,
    call: { signal: abort.signal, ...(globals.timeout === undefined ? {} : { timeoutMs: globals.timeout }) },
    connect: async () => {
      connection ??= connect(true);
      const client = await connection;
      if (globals.verbose || log !== undefined) {
        const { serverInfo, backend: served, warnings } = await client.ready;
        note(`engine ${serverInfo.version}, pid ${serverInfo.pid}, backend ${served}, home ${await home()}`);
        for (const warning of warnings ?? []) note(`warning: ${warning}`);
      }
      return client;
    },
    reconnect: async () => {
      await hangUp();
      connection = connect(true);
      return connection;
    },
    connectIfRunning: async (signal) => {
      try {
        connection ??= connect(false, signal);
        const client = await connection;
        await client.ready;
        return client;
      } catch (e) {
        connection = undefined;
        const { isRuntimeError } = await import('../core/errors.js');
        if (isRuntimeError(e) && e.code === 'unavailable' && e.details.phase === undefined) return undefined;
        throw e;
      }
    },
    line: (value) => host.print(`${asciiJson(value)}\n`),
    note,
    progress: async (text, work) => {
      const quiet = asked === 'json' || asked === 'ndjson' || asked === 'quiet';
      if (quiet || !hasMotion(host.stderr, host.env)) return work(context.call);
      const { default: ora } = await import('ora');
      const spinner = ora({ text, stream: host.stderr as NodeJS.WritableStream, discardStdin: false }).start();
      try {
        const call = {
          ...context.call,
          progress: ({ message, percentage }: ProgressStep): void => {
            spinner.text = `${text}: ${message}${percentage === undefined ? '' : ` (${percentage} %)`}`;
          },
        };
        return await work(call);
      } finally {
        spinner.stop();
      }
    },
    takeSignals: (listener) => {
      interrupt = listener;
    },
  };
  return {
    context,
    close: async () => {
      for (const end of unlisten) end();
      await hangUp();
    },
  };
}
