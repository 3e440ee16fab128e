#!/usr/bin/env node
// Records what V8 compiles when the hot verbs run, so that an installed command need not compile it again (scripts/pack-loader.cjs reads
// it). Runs them with an engine in a home of its own. Without an engine that can start, only what needs none is recorded.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.resolve(here, '..', 'dist', 'bin');
const hcs = path.join(bin, 'hcs.cjs');
const packs = readdirSync(path.join(bin, 'hcs'));
const recorded = (name) => packs.some((file) => file.startsWith(`${name}-`) && file.endsWith('.v8'));
if (['start', 'ask', 'run'].every(recorded) && !process.argv.includes('--force')) process.exit(0);

const home = mkdtempSync(path.join(tmpdir(), 'hcs-cache-'));
const env = { ...process.env, HCS_HOME: home, HCS_BACKEND: 'simulator' };
delete env.NODE_OPTIONS;
/** True: it succeeded. */
const command = (args, record = true) => {
  const options = record ? ['--require', path.join(here, 'record-cache.cjs')] : [];
  const { status, stderr } = spawnSync(process.execPath, [...options, hcs, ...args], { env, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`build-cache: hcs ${args.join(' ')}: ${stderr}`);
  return status === 0;
};
try {
  command(['version']);
  // Starting an engine is not what the hot paths do.
  if (existsSync(path.join(bin, 'engine.mjs')) && command(['engine', 'start'], false)) {
    const hot = [
      ['list', '--json'],
      ['complete', '--', 'stop', ''],
      ['run', '--rm', '--', 'true'],
      ['list', '--json'],
    ];
    for (const args of hot) command(args);
    command(['engine', 'stop'], false);
  }
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
