/** Builds the C# client and lets it drive the stdio host, in a home of its own. A suite of scripts/test.mjs. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HCS = join(ROOT, 'dist/bin/hcs.cjs');
const PROJECT = join(ROOT, 'test/dotnet/streamJsonRpc');
const ARTIFACTS = join(ROOT, 'build/dotnet-test');
const CLIENT = join(ARTIFACTS, 'bin/StreamJsonRpcClient/release/StreamJsonRpcClient.dll');
const BOUND_MS = 80_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Nothing was tested: said aloud, and never counted as passed. */
function skip(why: string): void {
  say(`skipped StreamJsonRpc client: ${why}`);
  say('0 passed, 0 failed');
}

function fail(why: string): void {
  say(`failed StreamJsonRpc client: ${why}`);
  say('0 passed, 1 failed');
  process.exitCode = 1;
}

async function drive(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'hcs-dotnet-'));
  const env = { ...process.env, HCS_HOME: home, HCS_BACKEND: 'simulator' };
  try {
    const client = spawn('dotnet', [CLIENT, process.execPath, HCS, 'serve', '--stdio'], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: BOUND_MS,
    });
    const [code, signal] = (await once(client, 'exit')) as [number | null, string | null];
    if (signal !== null) fail(`not done within ${BOUND_MS / 1000} s`);
    else if (code !== 0) process.exitCode = 1;
  } finally {
    spawnSync(process.execPath, [HCS, 'engine', 'stop', '--force'], { env, stdio: 'ignore' });
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const built = spawnSync(
  'dotnet',
  ['build', PROJECT, '-c', 'Release', '-v', 'quiet', '--nologo', '--artifacts-path', ARTIFACTS],
  { encoding: 'utf8', timeout: BOUND_MS, env: { ...process.env, DOTNET_CLI_UI_LANGUAGE: 'en' } },
);
const output = `${built.stdout}${built.stderr}`.trim();
if (built.error !== undefined) skip(`dotnet cannot be run: ${built.error.message}`);
// NU1301, NU1101: the package source is not to be reached, or does not have it.
else if (built.status !== 0 && /\berror NU1(301|101)\b/.test(output)) skip('NuGet cannot be reached');
else if (built.status !== 0) fail(`it does not build: ${output.split('\n').at(0) ?? ''}`);
else await drive();
