/**
 * `doctor --bundle FILE`: what a bug report needs, as one JSON document: versions, checks, the ends of the logs, the last calls of the simulated
 * service by name. Holds no document, command line, environment value or output of a container; what looks like a key or password
 * in a log is hidden all the same.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { arch, release, totalmem, uptime } from 'node:os';
import { basename, join } from 'node:path';
import { RuntimeError } from '../../core/errors.js';
import { homePaths } from '../../home/paths.js';
import type { Context } from '../context.js';
import { connectSimulator } from '../simulatorControl.js';
import { packageVersion } from '../version.js';
import type { Check } from './check.js';

/** Of the end of each log. */
const LOG_BYTES = 256 * 1024;
const TRACED_CALLS = 1000;

const HIDDEN = '***';

/** Hides 64 hex digits (the engine's key, tokens of pipes) and the values of what is named like a secret. */
export function redacted(text: string): string {
  return text
    .replace(/\b[0-9a-f]{64}\b/giu, HIDDEN)
    .replace(
      /((?:password|passwd|secret|token|api[-_]?key|credential\w*)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/giu,
      `$1${HIDDEN}`,
    );
}

/** The end of a file, from the start of a line; undefined when it cannot be read. */
function tail(path: string): string | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      const { size } = fstatSync(fd);
      const from = Math.max(0, size - LOG_BYTES);
      const bytes = Buffer.alloc(size - from);
      const text = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from)).toString('utf8');
      return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

interface Traced {
  readonly time: string;
  readonly operation: string;
  readonly hresult: string | null;
  readonly ms: number;
  readonly thread: number;
}

async function simulator(home: string): Promise<object | null> {
  const control = await connectSimulator(home);
  if (control === undefined) return null;
  try {
    const status = await control.rpc.sendRequest<object>('status');
    const { items } = await control.rpc.sendRequest<{ readonly items: readonly Traced[] }>('trace/list', {
      limit: TRACED_CALLS,
    });
    // Arguments are left out: command lines are among them.
    const trace = items.map(({ time, operation, hresult, ms, thread }) => ({ time, operation, hresult, ms, thread }));
    return { status, trace };
  } finally {
    control.close();
  }
}

async function engine(context: Context): Promise<object | null> {
  const client = await context.connectIfRunning();
  if (client === undefined) return null;
  const status = await client.engineStatus(context.call);
  const { items } = await client.list(true, context.call);
  const containers = items.map(({ id, status: state, isolation, createdAt, startedAt, exitedAt, exitCode }) => ({
    ...{ id, status: state, isolation, createdAt, startedAt, exitedAt, exitCode },
  }));
  return { status, containers };
}

/** Writes the document to `path` (0600); an existing file is replaced. Answers its size in bytes. */
export async function writeBundle(context: Context, path: string, checks: readonly Check[]): Promise<number> {
  const home = await context.home();
  const paths = homePaths(home);
  const logs = [
    ...['', '.1', '.2'].map((end) => paths.engineLog + end),
    ...['', '.1', '.2'].map((end) => paths.traceLog + end),
    ...['', '.1'].map((end) => join(paths.simulator, 'service.log') + end),
  ].flatMap((log) => {
    const text = tail(log);
    return text === undefined ? [] : [{ name: basename(log), text: redacted(text) }];
  });
  const part = <T>(work: Promise<T>): Promise<T | { readonly unreadable: string }> =>
    work.catch((e: unknown) => ({ unreadable: redacted(e instanceof Error ? e.message : String(e)) }));
  const bundle = {
    schema: 'hostcompute.bundle/v1',
    createdAt: new Date().toISOString(),
    versions: { hostcompute: packageVersion(), node: process.version, platform: context.host.platform },
    machine: { release: release(), arch: arch(), memoryBytes: totalmem(), uptimeSeconds: Math.round(uptime()) },
    /** Names only: values may be secret. */
    variables: Object.keys(context.host.env)
      .filter((name) => /^(HCS|DOTNET|XDG|EDGE)/u.test(name))
      .sort(),
    checks: checks.map((check) => ({ ...check, detail: redacted(check.detail) })),
    engine: await part(engine(context)),
    simulator: await part(simulator(home)),
    logs,
  };
  const text = `${JSON.stringify(bundle, undefined, 2)}\n`;
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (e) {
    throw new RuntimeError(
      'invalidRequest',
      `the bundle cannot be written: ${e instanceof Error ? e.message : String(e)}`,
      {
        hint: 'name a file in a folder that you may write',
      },
    );
  }
  return Buffer.byteLength(text);
}
