#!/usr/bin/env node
/**
 * Asks the registry for known vulnerabilities of what the lock file pins (`npm audit`). A line for each, `failed NAME: ...`; `skipped ...` when the
 * registry does not answer audits, which is not the same as none. Last line: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const TIMEOUT_MS = 120_000;

/** What `npm audit --json` says, as lines and counts. */
export function judge(text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = {};
  }
  const total = answer?.metadata?.vulnerabilities?.total;
  if (typeof total !== 'number') {
    const why = answer?.message ?? answer?.error?.summary ?? 'npm audit gave no report';
    return { lines: [`skipped audit: nothing was checked: ${why}`], passed: 0, failed: 0, skipped: 1 };
  }
  const lines = Object.values(answer.vulnerabilities ?? {}).map(({ name, severity, range, via }) => {
    const titles = (via ?? []).map((one) => (typeof one === 'string' ? one : one.title));
    return `failed audit of ${name}: ${severity}, ${range}: ${titles.join('; ')}`;
  });
  if (total > 0 && lines.length === 0) lines.push(`failed audit: ${total} vulnerabilities, which are not named`);
  if (lines.length > 0) return { lines, passed: 0, failed: lines.length, skipped: 0 };
  return { lines: ['passed audit: no known vulnerability'], passed: 1, failed: 0, skipped: 0 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { stdout } = spawnSync(command, [...args, 'audit', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32' && npm === undefined,
  });
  const { lines, passed, failed } = judge(stdout ?? '');
  for (const line of lines) console.log(line);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
