/** The real PowerShell, a .NET tool of NuGet, installed once into `build/`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '7.6.9';
const TOOLS = fileURLToPath(new URL(`../../../build/powershell/${VERSION}`, import.meta.url));
const BOUND_MS = 120_000;

export const PWSH = join(TOOLS, 'pwsh');

/** Undefined when it is there; else why it is not. */
export function installPwsh(): string | undefined {
  if (existsSync(PWSH)) return undefined;
  const args = ['tool', 'install', '--tool-path', TOOLS, 'PowerShell', '--version', VERSION];
  const ran = spawnSync('dotnet', args, {
    encoding: 'utf8',
    timeout: BOUND_MS,
    env: { ...process.env, DOTNET_CLI_UI_LANGUAGE: 'en' },
  });
  if (ran.error !== undefined) return `dotnet cannot be run: ${ran.error.message}`;
  return ran.status === 0 && existsSync(PWSH)
    ? undefined
    : `PowerShell cannot be installed: ${`${ran.stdout}${ran.stderr}`.trim().split('\n')[0] ?? ''}`;
}
