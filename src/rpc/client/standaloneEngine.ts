/**
 * A private engine: a child that reports one line on its stdout, and ends when its stdin does, so also when this process dies.
 */
import * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ErrorDocument } from '../../core/errorDocument.js';
import { RuntimeError } from '../../core/errors.js';
import { isEngineFile, type EngineFile } from '../../home/engineFile.js';
import type { HomePaths } from '../../home/paths.js';
import { logTail, spawnEngine, type Backend } from './engineSpawn.js';
import type { EngineAddress } from './launchEngine.js';

const EngineFileCodec = new t.Type<EngineFile>(
  'EngineFile',
  isEngineFile,
  (value, context) => (isEngineFile(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);

/** What a standalone engine says first, as one line of JSON. */
const Report = t.union([t.strict({ engine: EngineFileCodec }), t.strict({ error: ErrorDocument })]);

const MAX_REPORT = 64 * 1024;

function firstLine(child: ChildProcess, stdout: Readable, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const settle = (line: string | null): void => {
      clearTimeout(timer);
      stdout.off('data', onData);
      resolve(line);
    };
    const onData = (chunk: string): void => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) settle(text.slice(0, end));
      else if (text.length > MAX_REPORT) settle(null);
    };
    const timer = setTimeout(() => {
      settle(null);
    }, timeoutMs);
    stdout.setEncoding('utf8').on('data', onData);
    stdout.once('end', () => {
      settle(null);
    });
    child.once('error', () => {
      settle(null);
    });
  });
}

export async function startStandalone(
  paths: HomePaths,
  backend: Backend | undefined,
  timeoutMs: number,
  entry: string | undefined,
): Promise<EngineAddress> {
  const child = spawnEngine({ paths, backend, idleMs: undefined, entry, standalone: true });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new RuntimeError('internal', 'a standalone engine has no pipes');
  // The engine may be gone already when its stdin is ended.
  stdin.on('error', () => undefined);
  const line = await firstLine(child, stdout, timeoutMs);
  const report = line === null ? null : Report.decode(parse(line));
  if (report !== null && isRight(report) && 'engine' in report.right) {
    // Neither pipe keeps this process alive; both close with it.
    for (const pipe of [stdin, stdout]) (pipe as unknown as { unref?: () => void }).unref?.();
    return { ...report.right.engine, release: () => stdin.end() };
  }
  stdin.end();
  if (report !== null && isRight(report) && 'error' in report.right) {
    const { code, message, ...details } = report.right.error;
    throw new RuntimeError(code, message, details);
  }
  const tail = logTail(paths);
  throw new RuntimeError('unavailable', `the standalone engine did not start${tail === '' ? '' : `: ${tail}`}`, {
    hint: `look into ${paths.engineLog}`,
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}
