/**
 * The module HostCompute, and `hcs` as PowerShell users call it: the scripts under test/powershell/scripts in the real PowerShell, on the
 * simulated HCS. A suite of scripts/test.mjs.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPwsh, PWSH } from '../ci/pwsh.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HCS = join(ROOT, 'dist/bin/hcs.cjs');
const SOURCE = join(ROOT, 'test/powershell');
/** A quiet machine takes 300 s; what is cut off here shows as failures of its last scripts. */
const BOUND_MS = 700_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** As a user has it: `hcs` on the path, a home of one's own. */
function run(folder: string): number {
  const path = (...names: string[]): string => join(folder, ...names);
  for (const name of ['bin', 'home', 'hcs']) mkdirSync(path(name));
  writeFileSync(path('bin', 'hcs'), `#!/bin/sh\nexec "${process.execPath}" -- "${HCS}" "$@"\n`);
  chmodSync(path('bin', 'hcs'), 0o755);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: path('home'),
    HCS_HOME: path('hcs'),
    HCS_BACKEND: 'simulator',
    PATH: `${path('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    NO_COLOR: '1',
  };
  const module = join(ROOT, 'powershell/HostCompute/HostCompute.psd1');
  const args = ['-File', join(SOURCE, 'run.ps1'), '-Folder', join(SOURCE, 'scripts'), '-Module', module];
  const ran = spawnSync(PWSH, ['-NoProfile', '-NonInteractive', ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: BOUND_MS,
  });
  if (ran.error !== undefined) say(`the suite was cut off: ${ran.error.message}`);
  spawnSync(process.execPath, [HCS, 'engine', 'stop', '--force'], { env });
  return ran.status ?? 1;
}

const missing = installPwsh();
if (missing === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'hcs-pwsh-'));
  try {
    process.exitCode = run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
} else {
  say(`skipped the PowerShell module: ${missing}`);
  say('0 passed, 0 failed');
}
