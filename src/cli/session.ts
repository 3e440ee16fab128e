/** One command's context: connects when asked, listens for Ctrl+C, cleans up. */
import { asciiJson } from '../core/json/lossless.js';
import { invalidRequest, isRuntimeError } from '../core/errors.js';
import { resolveHome } from '../home/paths.js';
import type { Client } from '../rpc/client/index.js';
import type { Context, Host, SignalName } from './context.js';
import { shown } from './args/decode.js';
import type { Globals } from './globals.js';
import { hasMotion } from './output/style.js';
import { write } from './output/write.js';
import { packageVersion } from './version.js';

export interface Session {
  readonly context: Context;
  /** Ends connection and listeners. Never throws. */
  close(): Promise<void>;
}

/** Status after a second Ctrl+C. */
const INTERRUPTED = 130;
const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function backendOf(env: Host['env']): 'hcs' | 'simulator' | undefined {
  const asked = env['HCS_BACKEND'];
  if (asked === undefined || asked === '' || asked === 'hcs' || asked === 'simulator')
    return asked === '' ? undefined : asked;
  throw invalidRequest(
    `HCS_BACKEND: expected hcs or simulator, got "${shown(asked)}"`,
    [{ path: 'HCS_BACKEND', expected: 'hcs or simulator', got: shown(asked) }],
    'unset it, or name one of the two',
  );
}

export function openSession(globals: Globals, host: Host): Session {
  const abort = new AbortController();
  let interrupt = (_: SignalName): void => {
    if (abort.signal.aborted) host.leave(INTERRUPTED);
    else abort.abort();
  };
  const unlisten = SIGNALS.map((name) =>
    host.onSignal(name, () => {
      interrupt(name);
    }),
  );
  const asked = globals.json ? 'json' : globals.output;
  const home = resolveHome(globals.home, host.env, host.platform);
  const backend = globals.backend ?? backendOf(host.env);
  let connection: Promise<Client> | undefined;
  const connect = (launch: boolean): Promise<Client> =>
    host.connect({
      home,
      launch,
      standalone: globals.standalone,
      pipeline: true,
      clientInfo: { name: 'hcs', version: packageVersion() },
      signal: abort.signal,
      ...(backend === undefined ? {} : { backend }),
      ...(globals.timeout === undefined ? {} : { timeoutMs: globals.timeout }),
    });
  const note = (text: string): void => {
    if (globals.verbose) host.stderr.write(`hcs: ${text}\n`);
  };

  const context: Context = {
    host,
    globals,
    mode: asked ?? (host.stdout.isTTY === true ? 'table' : 'json'),
    modeAsked: asked !== undefined,
    home,
    backend,
    signal: abort.signal,
    call: { signal: abort.signal, ...(globals.timeout === undefined ? {} : { timeoutMs: globals.timeout }) },
    connect: async () => {
      connection ??= connect(true);
      const client = await connection;
      if (globals.verbose) {
        const { serverInfo, backend: served, warnings } = await client.ready;
        note(`engine ${serverInfo.version}, pid ${serverInfo.pid}, backend ${served}, home ${home}`);
        for (const warning of warnings ?? []) note(`warning: ${warning}`);
      }
      return client;
    },
    reconnect: async () => {
      await connection?.then(
        (client) => client.close(),
        () => undefined,
      );
      note('the engine is gone; connecting again');
      connection = connect(true);
      return connection;
    },
    connectIfRunning: async () => {
      try {
        connection ??= connect(false);
        const client = await connection;
        await client.ready;
        return client;
      } catch (e) {
        connection = undefined;
        if (isRuntimeError(e) && e.code === 'unavailable') return undefined;
        throw e;
      }
    },
    line: (value) => write(host.stdout, `${asciiJson(value)}\n`),
    note,
    progress: async (text, work) => {
      if (asked === 'json' || asked === 'ndjson' || asked === 'quiet' || !hasMotion(host.stderr, host.env))
        return work();
      const { default: ora } = await import('ora');
      const spinner = ora({ text, stream: host.stderr as NodeJS.WritableStream, discardStdin: false }).start();
      try {
        return await work();
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
      await connection?.then(
        (client) => client.close(),
        () => undefined,
      );
    },
  };
}
