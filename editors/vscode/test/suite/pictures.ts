/** The pictures of docs/images: taken of the window that the tests use, with `npm run test:vscode -- --pictures`. Look at them before they are committed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURES } from './places.js';
import { say } from './report.js';
import type { UiParts } from './ui.js';
import { until } from './until.js';

const spec = (limit: number): object => ({
  ociVersion: '1.0.2',
  windows: {
    resources: { memory: { limit }, cpu: { maximum: 5000 } },
    layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'],
  },
  root: { path: '\\\\?\\Volume{00000000-0000-0000-0000-000000000001}\\' },
  hostname: 'web',
  process: { args: ['cmd', '/c', 'ver'], cwd: 'C:\\', env: ['MODE=demo'] },
});

/** Whoever looks at a picture cannot scroll in it. */
export const PICTURE_SETTINGS = { 'editor.wordWrap': 'on', 'editor.wrappingIndent': 'indent' } as const;
const SIDE_WIDTH = 500;

const SERVING =
  'i=0; while :; do i=$((i+1)); echo "request $i: 200"; [ $((i % 4)) = 0 ] && echo "slow: $i" >&2; sleep 0.5; done';

export async function takePictures({ window, home, folder }: UiParts): Promise<void> {
  const { page } = window;
  const take = async (name: string): Promise<void> => {
    // Over nothing that looks otherwise then; what is told of what was under it goes.
    await page.mouse.move(1100, 650);
    await until('no hover', 10_000, async () => (await page.locator('.monaco-hover:visible').count()) === 0);
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    say(`picture ${name}`);
  };
  /** So that no row is cut off. */
  const widen = async (): Promise<void> => {
    const side = page.locator('.part.sidebar');
    const box = await side.boundingBox();
    if (box === null) throw new Error('there is no side bar');
    await page.mouse.move(box.x + box.width, 300);
    await page.mouse.down();
    await page.mouse.move(box.x + SIDE_WIDTH, 300, { steps: 5 });
    await page.mouse.up();
    await until('a wide side bar', 10_000, async () => ((await side.boundingBox())?.width ?? 0) > SIDE_WIDTH - 20);
  };
  await page.setViewportSize({ width: 1280, height: 760 });
  await home.run('worker', 'exec sleep 1000', '--isolation', 'hyperv');
  await home.run('failed', 'exit 1');
  await home.run('aborted', 'exec sleep 1000');
  await home.hcs('kill', 'aborted');
  await home.run('done', 'true');
  await home.run('web', SERVING);
  await home.hcs('pause', 'worker');
  await window.views();
  await widen();
  await window.shows(/^container web, running/);
  await window.shows(/^container aborted, exit 1067/);
  await window.shows(/^container worker, paused/);
  await window.row('container web').locator('.monaco-tl-twistie').click();
  await window.shows(/^sh/);
  await window.menu(window.row('container web'), 'Inspect');
  await until('the document', 15_000, async () => (await window.editor('web.json')).includes('"running"'));
  await window.menu(window.row('container web'), 'Open a Shell');
  await window.terminalShows(/[$#] ?$/m);
  await window.type('PS1="web> "; clear');
  await window.terminalShows(/^web> $/m).catch(() => undefined);
  await window.type('echo "This shell runs in web; rows and columns: $(stty size)"');
  await window.terminalShows(/columns: \d+/);
  await window.shows(/^exec .*pid/);
  await take('vscode-containers');
  await window.type('exit');
  await window.shows(/^exec .*exit 0/);
  await window.tidy();

  const file = join(folder, 'demo.hcs.json');
  const write = (limit: number): void => {
    writeFileSync(file, `${JSON.stringify(spec(limit), undefined, 2)}\n`);
  };
  write(1024 * 1024 * 1024);
  // Both documents are wide.
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.file('demo.hcs.json');
  await window.command('Host Compute: Show the Plan of a Spec');
  const plan = (): Promise<string> => window.editor('(plan)');
  await until('the plan', 20_000, async () => (await plan()).includes('"SystemType"'), plan);
  // The editor takes up what is written to the disk.
  write(1024);
  await until('the mistake in the plan', 20_000, async () => (await plan()).includes('cannot be planned'), plan);
  await page.locator('.squiggly-error').first().waitFor();
  await page.locator('.tab[aria-label*="demo.hcs.json"]').first().click();
  await page.keyboard.press('Control+Home');
  await take('vscode-plan');
  await window.tidy();

  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.command('Preferences: Color Theme');
  await window.answer('Dark High Contrast');
  await until('the theme', 10_000, async () => !(await page.locator('.quick-input-widget').isVisible()));
  await window.views();
  const layer = join(folder, 'base');
  home.layer(layer);
  await home.run('layered', 'exec sleep 1000', '--layer', layer, '--network', 'nat');
  await window.shows(/^container layered, running/);
  await window.expand('Networks');
  await window.shows(/^network nat, nat/, 'Networks');
  await window.row('network nat', 'Networks').locator('.monaco-tl-twistie').click();
  await window.shows(/^endpoint/, 'Networks');
  await window.expand('Layers');
  await window.shows(/^layer \w+, scratch, layered/, 'Layers');
  write(1024 * 1024 * 1024);
  await window.file('demo.hcs.json');
  await until('a spec without a mistake', 20_000, async () => (await page.locator('.squiggly-error').count()) === 0);
  await window.menu(window.row('container web'), 'Follow Logs');
  await window.terminalShows(/slow: \d+[^]*request \d+/);
  await take('vscode-contrast');
  await home.empty();
}
