/**
 * The Windows binaries under Wine: the launcher hcs.exe, the command on node.exe, the simulated service on named pipes, a C
 * client on the stand-in vmcompute.dll, and the installed package with its engine. A suite of scripts/test.mjs. docs/windows.md says what Wine cannot prove.
 * `--all`: the whole conformance suite, which takes minutes. `--vsix`: only the extension for VS Code.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, ROOT, say } from './checks.js';
import { bridge } from './bridge.js';
import { command } from './command.js';
import { conformance } from './conformance.js';
import { engine } from './engine.js';
import { install } from './installed.js';
import { launcher } from './launcher.js';
import { packages } from './packages.js';
import { installParts, type Parts } from './parts.js';
import { service } from './service.js';
import { vsix } from './vsix.js';
import { Wine } from './wine.js';

async function all(parts: Parts): Promise<void> {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build-native.mjs'), '--windows'], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const folder = mkdtempSync(join(tmpdir(), 'hcs-windows-'));
  const wine = new Wine(parts, folder, join(ROOT, 'test/windows'));
  try {
    if (process.argv.includes('--vsix')) {
      await vsix(wine, folder);
      return;
    }
    await launcher(wine, folder);
    await command(wine, folder);
    await service(wine, folder);
    const installed = install(wine, folder);
    if (installed === undefined) return;
    await engine(wine, installed);
    await packages(wine, installed, folder);
    await vsix(wine, folder);
    await bridge(wine, installed);
    await conformance(wine, folder, installed, process.argv.includes('--all'));
  } finally {
    wine.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const parts = installParts();
if (typeof parts === 'string') say(`skipped the Windows binaries: ${parts}`);
else await all(parts);
say(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;
