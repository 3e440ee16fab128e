/** How a window tells of its host: the status bar in every theme, a host that cannot be had or does not stay, and the end of the window. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UiParts } from './ui.js';
import type { Ui } from './uiCommands.js';
import { until } from './until.js';

/** Of text, by WCAG 2.2 AA. */
const CONTRAST = 4.5;
const THEMES = [
  ['Light Modern', 'vs'],
  ['Dark Modern', 'vs-dark'],
  ['Dark High Contrast', 'hc-black'],
  ['Light High Contrast', 'hc-light'],
] as const;
const WORDS = 'words of a host that cannot go on';

export async function hostTests({ window, home, folder }: UiParts, ui: Ui): Promise<void> {
  const { page } = window;
  const link = window.statusBar().locator('a');
  const label = async (): Promise<string> => (await link.getAttribute('aria-label')) ?? '';
  const settings = join(folder, '.vscode/settings.json');
  const use = (path: string): void => {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(settings, JSON.stringify({ 'hostcompute.path': path }));
  };
  const theme = async (name: string, kind: string): Promise<void> => {
    await window.command('Preferences: Color Theme');
    await window.answer(name);
    await page.locator(`.monaco-workbench.${kind}`).waitFor();
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };

  await ui('the status bar item is read well in light, dark and high-contrast themes, also in trouble', async () => {
    try {
      for (const trouble of [false, true]) {
        if (trouble) use('/nowhere/hcs.cjs');
        await until(
          trouble ? 'trouble' : 'a count',
          20_000,
          async () => /^hostcompute: /.test(await label()) === trouble,
        );
        for (const [name, kind] of THEMES) {
          await theme(name, kind);
          // The mouse on it is another look.
          await page.mouse.move(600, 300);
          await until(
            `contrast in ${name}${trouble ? ', in trouble' : ''}`,
            10_000,
            async () => (await link.evaluate(contrastOf)) >= CONTRAST,
            () => link.evaluate(contrastOf),
          );
        }
      }
    } finally {
      if (existsSync(settings)) rmSync(settings);
      await theme('Dark Modern', 'vs-dark');
    }
    await until('a host again', 30_000, async () => /^0 of 0 containers running/.test(await label()), label);
  });

  await ui('a host that cannot be had is told in its view, and corrected settings bring it back', async () => {
    await window.views();
    use('/nowhere/hcs.cjs');
    try {
      const welcome = window.pane('Containers').locator('.welcome-view-content');
      await until('the welcome of one that does not run', 20_000, async () =>
        /does not run[^]*Try Again[^]*Run Doctor[^]*Show Log/.test((await welcome.allTextContents()).join('\n')),
      );
      await page.locator('.notification-toast', { hasText: '/nowhere/hcs.cjs' }).first().waitFor();
      if (!(await label()).includes('/nowhere/hcs.cjs')) throw new Error(`the status bar says ${await label()}`);
      if (home.hosts().length > 0) throw new Error('a host runs all the same');
    } finally {
      rmSync(settings);
    }
    await until('a host', 30_000, () => home.hosts().length === 1);
    await home.run('back', 'exec sleep 1000');
    await window.shows(/^container back, running/);
  });

  await ui('why a host ended is said with its last words, while it is started again', async () => {
    await window.views();
    const script = join(folder, 'noisy.cjs');
    writeFileSync(script, `process.stderr.write('${WORDS}\\n'); process.exitCode = 3;\n`);
    use(script);
    try {
      await until('the reason in the status bar', 20_000, async () =>
        (await label()).startsWith(`hostcompute: hcs serve ended with status 3: ${WORDS}`),
      );
      await until('the reason above the tree', 20_000, async () =>
        ((await window.pane('Containers').textContent()) ?? '').includes(`${WORDS}). Starting it again`),
      );
    } finally {
      rmSync(settings);
    }
    await until('a host', 30_000, () => home.hosts().length === 1);
  });

  await ui('the end of the window is the end of its host; containers and their engine live on', async () => {
    await window.views();
    await home.run('stays', 'exec sleep 1000');
    await window.shows(/^container stays, running/);
    const engine = home.enginePid();
    if (home.hosts().length !== 1) throw new Error(`${home.hosts().length} hosts run`);
    const { page: own } = window;
    const at = own.url();
    await own.goto('about:blank');
    await until(
      'no host',
      30_000,
      () => home.hosts().length === 0,
      () => Promise.resolve(home.hosts()),
    );
    if (home.enginePid() !== engine) throw new Error('there is another engine');
    const { status } = JSON.parse(await home.hcs('state', 'stays', '--json')) as { status: string };
    if (status !== 'running') throw new Error(`the container is ${status}`);
    // What comes after each test needs a window, which shows what it has missed.
    await own.goto(at);
    await window.views();
    await window.shows(/^container stays, running/);
  });
}

/** Of what this element says, to what is behind it. Runs in the browser. */
function contrastOf(element: Element): number {
  type Color = readonly [number, number, number, number];
  const parse = (text: string): Color => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a]: Color, [r2, g2, b2]: Color): Color => [
    r * a + r2 * (1 - a),
    g * a + g2 * (1 - a),
    b * a + b2 * (1 - a),
    1,
  ];
  const layers: Color[] = [];
  for (let at: Element | null = element; at !== null; at = at.parentElement)
    layers.push(parse(getComputedStyle(at).backgroundColor));
  const behind = layers.reduceRight<Color>((below, above) => over(above, below), [255, 255, 255, 1]);
  const light = ([r, g, b]: Color): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const [text, ground] = [light(over(parse(getComputedStyle(element).color), behind)), light(behind)];
  return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
}
