/**
 * A window whose folder is not trusted, with the extension from the VSIX of this platform: the hcs that it brings is used, and nothing that the
 * folder says or brings. Trusted afterwards, it is.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteHome } from './home.js';
import { HCS } from './places.js';
import { check } from './report.js';
import { until } from './until.js';
import type { Window } from './window.js';

const TEST_MS = 90_000;

/** A folder that brings an hcs, which leaves a mark, and settings. */
export function untrustedFolder(folder: string): void {
  const bin = join(folder, 'node_modules/hostcompute/dist/bin');
  mkdirSync(bin, { recursive: true });
  const mark = `require('node:fs').appendFileSync(${JSON.stringify(markOf(folder))}, 'used\\n');`;
  writeFileSync(join(bin, 'hcs.cjs'), `${mark}\nrequire(${JSON.stringify(HCS)});\n`);
  mkdirSync(join(folder, '.vscode'));
  const settings = { 'hostcompute.shell': 'sh -c "echo shell-of-the-folder; exec sh"' };
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
}

const markOf = (folder: string): string => join(folder, 'mark');

export interface TrustParts {
  readonly window: Window;
  readonly home: SuiteHome;
  readonly folder: string;
  readonly extensions: string;
}

export async function trustTests({ window, home, folder, extensions }: TrustParts): Promise<void> {
  const { page } = window;
  const command = (): string =>
    home
      .hosts()
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      .join(' and ');
  const shell = async (): Promise<string> => {
    await window.menu(window.row('container web'), 'Open a Shell');
    await window.terminalShows(/[$#] $|[$#]$/m);
    return (await window.terminal()).join('\n');
  };
  const trust = (name: string, body: () => Promise<void>): Promise<void> =>
    check(name, TEST_MS, body, (failed) => window.keepPicture(failed));

  await trust(
    'in a folder that is not trusted the hcs of the VSIX works, and neither settings nor hcs of the folder are used',
    async () => {
      await window.views();
      await until('a host', 30_000, () => home.hosts().length === 1);
      if (!command().includes(join(extensions, 'hostcompute.hostcompute-'))) throw new Error(`it runs ${command()}`);
      await home.run('web', 'exec sleep 1000');
      await window.shows(/^container web, running/);
      if ((await shell()).includes('shell-of-the-folder')) throw new Error("the folder's shell was started");
      await window.command('Terminal: Kill All Terminals');
      if (existsSync(markOf(folder))) throw new Error("the folder's hcs was started");
    },
  );

  await trust('when it is trusted afterwards, its hcs and its settings are used without a reload', async () => {
    const [before] = home.hosts();
    await window.command('Workspaces: Manage Workspace Trust');
    const editor = page.locator('.workspace-trust-editor');
    await editor.getByRole('button', { name: 'Trust', exact: true }).click();
    await until(
      'another host',
      30_000,
      () => home.hosts().length === 1 && home.hosts()[0] !== before,
      () => Promise.resolve(command()),
    );
    if (!command().includes(join(folder, 'node_modules'))) throw new Error(`it runs ${command()}`);
    await until('the mark of its hcs', 10_000, () => existsSync(markOf(folder)));
    await window.views();
    await window.shows(/^container web, running/);
    // While the tree is drawn for the new host, a menu's command hears of no row. One that is new is there when that is over.
    await home.run('fresh', 'exec sleep 1000');
    await window.shows(/^container fresh, running/);
    await window.menu(window.row('container fresh'), 'Open a Shell');
    await window.terminalShows(/^shell-of-the-folder$/m);
    await home.hcs('kill', 'web');
    await window.shows(/^container web, exit 1067/);
  });
}
