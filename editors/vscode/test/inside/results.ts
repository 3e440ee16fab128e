import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { Internals } from '../../src/extension.js';

export interface Results {
  readonly test: (name: string, body: () => Promise<void>) => Promise<void>;
  readonly tell: (line: string) => void;
}

export const extension = (): vscode.Extension<Internals | undefined> => {
  const found = vscode.extensions.getExtension<Internals | undefined>('hostcompute.hostcompute');
  if (found === undefined) throw new Error('the extension is not installed');
  return found;
};

export const internals = async (): Promise<Internals> => {
  const found = await extension().activate();
  if (found === undefined) throw new Error('no internals: not a test');
  return found;
};

/** The command line on the home of this window. */
export async function hcs(...args: readonly string[]): Promise<string> {
  const config = vscode.workspace.getConfiguration('hostcompute');
  const [home = '', backend = '', script = '', node = ''] = ['home', 'backend', 'path', 'node'].map((name) =>
    config.get<string>(name),
  );
  const env = { ...process.env, HCS_HOME: home, HCS_BACKEND: backend };
  return (await promisify(execFile)(node, [script, ...args], { env })).stdout;
}

export function equal(what: string, got: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}

export function ok(what: string, fact: boolean): void {
  if (!fact) throw new Error(what);
}

export async function until<T>(
  what: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  shown?: () => unknown,
  boundMs = 20_000,
): Promise<T> {
  const end = Date.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (Date.now() > end)
      throw new Error(`not within ${boundMs / 1000} s: ${what}; there is: ${JSON.stringify(shown?.() ?? null)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
