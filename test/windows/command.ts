import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, NATIVE, same, SCRIPT, told } from './checks.js';
import { windowsPath, type Ran, type Wine } from './wine.js';

/** What the command says without an engine is the same on both systems. */
export async function command(wine: Wine, folder: string): Promise<void> {
  const env = { HCS_NODE: windowsPath(wine.parts.node), HCS_HOME: windowsPath(join(folder, 'home with blank')) };
  const hcs = (...args: string[]): Promise<Ran> => wine.run(join(NATIVE, 'hcs.exe'), args, { env });
  const here = (...args: string[]): unknown =>
    JSON.parse(execFileSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8', cwd: folder }));

  await check('hcs version tells win32', async () => {
    const { platform, ok } = told(await hcs('version', '--json')) as Record<string, unknown>;
    same('platform and ok', [platform, ok], ['win32', true]);
  });
  const spec = {
    ociVersion: '1.0.0',
    root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
    process: { args: ['cmd', '/s', '/c', 'echo größe'], cwd: 'C:\\', env: ['A=ö'] },
    windows: { layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'] },
  };
  const host = { build: 20348, cpus: 4, directories: [] };
  writeFileSync(join(folder, 'spec größe.json'), JSON.stringify(spec));
  // As Windows PowerShell's Out-File writes it.
  writeFileSync(join(folder, 'utf16.json'), Buffer.from(`\uFEFF${JSON.stringify(spec)}`, 'utf16le'));
  writeFileSync(join(folder, 'host.json'), JSON.stringify(host));
  const alike: readonly (readonly string[])[] = [
    ['plan', '--spec', 'spec größe.json', '--host', 'host.json', '--id', 'c1', '--json'],
    ['plan', '--spec', 'utf16.json', '--host', 'host.json', '--id', 'c1', '--json'],
    ['layer', 'id', 'C:\\layers\\base', '\\\\?\\C:\\größe', '--json'],
    ['schema'],
    ['help', '--json'],
  ];
  for (const args of alike) {
    await check(`hcs ${args.join(' ')} says the same on Windows`, async () => {
      same('document', told(await hcs(...args)), here(...args));
    });
  }
  await check(
    'documents are ASCII and tables UTF-8, whatever the code page, when nobody looks at a console',
    async () => {
      const path = 'C:\\größe 例';
      const { stdout: document } = await hcs('layer', 'id', path, '--json');
      same('bytes over 126', [...document].filter((byte) => byte > 126).length, 0);
      const { stdout: table } = await hcs('layer', 'id', path, '--output', 'table');
      same('the path is there', table.includes(Buffer.from(path, 'utf8')), true);
    },
  );
  await check('an unknown verb is status 2 on Windows, too', async () => {
    same('status', (await hcs('no-such-verb')).code, 2);
  });
}
