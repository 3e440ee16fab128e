/** What real HCS needs of Windows. */
import { release } from 'node:os';
import { bad, good, type Check } from './check.js';
import { runProgram } from './run.js';

/** Windows Server 2016 and Windows 10 1607: the first with containers. */
const FIRST_BUILD = 14393;

function build(): Check {
  const number = Number(release().split('.')[2]);
  return number >= FIRST_BUILD
    ? good('windows', `build ${number}`)
    : bad(
        'windows',
        `build ${number} has no containers`,
        'Windows 10 1607 or Windows Server 2016 is the first that has',
      );
}

/** `net session` is refused to whoever is not elevated. */
async function elevation(): Promise<Check> {
  const { ok } = await runProgram('net', ['session']);
  return ok
    ? good('elevation', 'this prompt is elevated')
    : bad('elevation', 'this prompt is not elevated', 'process isolation needs "Run as administrator"');
}

async function service(): Promise<Check> {
  const { ok, stdout } = await runProgram('sc', ['query', 'vmcompute']);
  if (!ok)
    return bad(
      'vmcompute',
      'the Host Compute Service is not installed',
      'enable the Windows feature "Containers" and restart',
    );
  return /STATE\s*:\s*4\b/u.test(stdout)
    ? good('vmcompute', 'the Host Compute Service runs')
    : bad('vmcompute', 'the Host Compute Service does not run', 'start it with: sc start vmcompute');
}

/** `needed`: without it nothing works, so that its absence is a fault. */
async function feature(name: string, why: string, needed: boolean): Promise<Check> {
  const query = `(Get-CimInstance Win32_OptionalFeature -Filter "Name='${name}'").InstallState`;
  const { ok, stdout } = await runProgram('powershell', ['-NoProfile', '-NonInteractive', '-Command', query]);
  const check = name.toLowerCase();
  if (!ok) return good(check, 'its state cannot be read here');
  if (stdout.trim() === '1') return good(check, 'enabled');
  return !needed
    ? good(check, `not enabled; ${why}`)
    : bad(check, `not enabled; ${why}`, `Enable-WindowsOptionalFeature -Online -FeatureName ${name}`);
}

export async function windowsChecks(): Promise<readonly Check[]> {
  const asked = await Promise.all([
    elevation(),
    service(),
    feature('Containers', 'every container needs it', true),
    feature('Microsoft-Hyper-V', 'only Hyper-V isolation needs it', false),
  ]);
  return [build(), ...asked];
}
