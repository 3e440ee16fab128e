/** What a user sees: the packaged extension in VS Code in a browser, beside a script that uses the command line on the same home. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'hostcompute/client';
import type { SuiteHome } from './home.js';
import { check, count } from './report.js';
import { commandTests } from './uiCommands.js';
import { hostTests } from './uiHost.js';
import { until } from './until.js';
import type { Window } from './window.js';

const TEST_MS = 60_000;
const SLEEP = 'exec sleep 1000';

export interface UiParts {
  readonly window: Window;
  readonly home: SuiteHome;
  readonly folder: string;
}

export async function uiTests({ window, home, folder }: UiParts): Promise<void> {
  const wanted = process.argv.find((word) => word.startsWith('--match='))?.slice('--match='.length);
  let first = true;
  const ui = async (name: string, body: () => Promise<void>): Promise<void> => {
    // The first one brings the views up.
    if (wanted !== undefined && !first && !new RegExp(wanted).test(name)) return;
    first = false;
    await check(name, TEST_MS, body, (failed) => window.keepPicture(failed));
    await window.tidy();
    await home.empty();
  };
  const { page } = window;
  const failedBefore = count.failed;

  await ui('the welcome view has the first commands, and no host runs before a view is seen', async () => {
    await page.locator('.activitybar a.action-label[aria-label^="Host Compute"]').waitFor();
    if (home.hosts().length > 0) throw new Error('a host runs already');
    await window.views();
    const welcome = window.pane('Containers').locator('.welcome-view-content');
    await until('the button of the welcome', 30_000, () => welcome.locator('text=Run a Command').isVisible());
    if (home.hosts().length !== 1) throw new Error(`${home.hosts().length} hosts run`);
  });
  if (count.failed > failedBefore) throw new Error('the views do not come up, so that nothing else was tried');

  await ui(
    'the tree follows a container that is started, paused, stopped and deleted from the command line',
    async () => {
      await window.views();
      await home.run('web', SLEEP, '--isolation', 'hyperv');
      await window.shows(/^container web, running, hyperv, <1 min/);
      await until('1 running in the status bar', 10_000, async () =>
        /^1 of \d+ containers running/.test((await window.statusBar().locator('a').getAttribute('aria-label')) ?? ''),
      );
      await home.hcs('pause', 'web');
      await window.shows(/^container web, paused/);
      await home.hcs('resume', 'web');
      await window.shows(/^container web, running/);
      await home.hcs('kill', 'web');
      await window.shows(/^container web, exit 1067 ERROR_PROCESS_ABORTED/);
      await home.hcs('delete', 'web');
      await window.hides(/^container web/);
    },
  );

  await ui('the tree goes on following while events come without a pause', async () => {
    const client = await connect({ home: home.folder, backend: 'simulator' });
    const over = new AbortController();
    const flow = (async () => {
      const spec = { ociVersion: '1.0.2', process: { cwd: '/', args: ['sleep', '1000'] }, windows: { hyperv: {} } };
      await client.create({ id: 'busy', spec, builtinBase: true });
      await client.start({ id: 'busy' });
      while (!over.signal.aborted) {
        await client.pause('busy');
        await sleep(60);
        await client.resume('busy');
        await sleep(60);
      }
    })();
    try {
      await window.shows(/^container busy/);
      await home.run('late', SLEEP);
      await window.shows(/^container late, running/, 'Containers', 5000);
      await home.hcs('kill', 'late');
      await window.shows(/^container late, exit 1067/, 'Containers', 5000);
    } finally {
      over.abort();
      await flow;
      await client.close();
    }
  });

  await ui('a container opens to its processes and execs, which follow events', async () => {
    await home.run('tree', SLEEP);
    await window.shows(/^container tree, running/);
    const row = window.row('container tree');
    await row.locator('.monaco-tl-twistie').click();
    await window.shows(/^sleep/);
    await home.hcs('exec', '-d', '--exec-id', 'helper', 'tree', '--', 'sh', '-c', 'sleep 1000');
    await window.shows(/^exec helper, exec, pid \d+/);
    await home.hcs('kill', 'tree', '--exec-id', 'helper');
    await window.shows(/^exec helper, exec, exit 1067/);
    await home.hcs('delete', '--force', 'tree');
    await window.hides(/^container tree/);
  });

  await ui('an exec terminal echoes what is typed, and the program sees the size of the terminal', async () => {
    await home.run('shell', SLEEP);
    await window.shows(/^container shell, running/);
    await window.opensTerminal(() => window.menu(window.row('container shell'), 'Open a Shell'));
    await window.terminalShows(/[$#] $|[$#]$/m);
    await window.type('echo two-is-$((1+1))');
    await window.terminalShows(/^two-is-2/m);
    const size = async (mark: string): Promise<{ rows: number; columns: number }> => {
      await window.type(`echo ${mark} $(stty size) ${mark}`);
      const found = await window.terminalShows(new RegExp(`^${mark} (\\d+) (\\d+) ${mark}`, 'm'));
      return { rows: Number(found[1]), columns: Number(found[2]) };
    };
    const shown = async (): Promise<number> => (await window.terminal()).length;
    const before = await size('first');
    if (before.rows !== (await shown())) throw new Error(`${before.rows} rows, the terminal has ${await shown()}`);
    await page.setViewportSize({ width: 1000, height: 700 });
    await until('another size of the terminal', 10_000, async () => {
      const { rows, columns } = await size(`again${Date.now() % 10_000}`);
      return columns < before.columns && rows === (await shown());
    });
    await page.setViewportSize({ width: 1280, height: 800 });
    await window.type('exit');
    await until('the terminal is closed', 10_000, async () => (await page.locator('.terminal-wrapper').count()) === 0);
    await home.hcs('delete', '--force', 'shell');
  });

  await ui('logs are followed as they are written, and closing the terminal leaves the program alone', async () => {
    await home.run(
      'ticker',
      'i=0; while :; do i=$((i+1)); echo "tick $i"; [ $i -eq 3 ] && echo oh >&2; sleep 0.1; done',
    );
    await window.shows(/^container ticker, running/);
    await window.menu(window.row('container ticker'), 'Follow Logs');
    const last = async (): Promise<number> => {
      const found = [...(await window.terminal()).join('\n').matchAll(/^tick (\d+)/gm)].at(-1);
      return Number(found?.[1] ?? 0);
    };
    const begin = await until('ticks in the terminal', 15_000, async () => (await last()) || undefined);
    await until('ticks that go on', 15_000, async () => (await last()) >= begin + 10);
    await window.command('Terminal: Kill the Active Terminal Instance');
    await until('the terminal is closed', 10_000, async () => (await page.locator('.terminal-wrapper').count()) === 0);
    await window.shows(/^container ticker, running/);
    await home.hcs('delete', '--force', 'ticker');
  });

  await ui(
    'a host and an engine that were killed are said to be gone and come back, and the tree is right again',
    async () => {
      await home.run('stays', SLEEP);
      await home.run('goes', SLEEP);
      await window.shows(/^container goes, running/);
      const status = window.statusBar().locator('a');
      await status.evaluate((item) => {
        const seen: string[] = [];
        (globalThis as unknown as { seen: string[] }).seen = seen;
        new MutationObserver(() => seen.push(item.getAttribute('aria-label') ?? '')).observe(item, {
          attributes: true,
        });
      });
      const [host = 0] = home.hosts();
      // What happens now is told to no window: the next host has to ask.
      process.kill(host, 'SIGSTOP');
      await home.hcs('kill', 'goes');
      await home.hcs('wait', 'goes', '--json');
      process.kill(home.enginePid(), 'SIGKILL');
      process.kill(host, 'SIGKILL');
      await until('another host', 30_000, () => home.hosts().length === 1 && home.hosts()[0] !== host);
      const seen = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
      await until(
        'the status bar said that the host had gone',
        20_000,
        async () => (await seen()).some((label) => label.includes('hcs serve ended')),
        seen,
      );
      await window.shows(/^container goes, exit 1067/);
      await window.shows(/^container stays, running/);
      await until('1 running in the status bar', 20_000, async () =>
        ((await status.getAttribute('aria-label')) ?? '').startsWith('1 of 2 containers running'),
      );
      await home.hcs('delete', '--force', 'stays', 'goes');
      await window.hides(/^container/);
    },
  );

  await ui(
    'the plan stands beside the spec and follows what is typed, and a mistake is marked on its line',
    async () => {
      const spec = {
        ociVersion: '1.0.2',
        process: { cwd: 'C:\\', args: ['cmd', '/c', 'ver'] },
        root: { path: '\\\\?\\Volume{00000000-0000-0000-0000-000000000001}\\' },
        hostname: 'before',
        windows: { layerFolders: ['C:\\layers\\base', 'C:\\layers\\scratch'] },
      };
      const file = join(folder, 'web.hcs.json');
      writeFileSync(file, `${JSON.stringify(spec, undefined, 2)}\n`);
      await window.file('web.hcs.json');
      await window.command('Host Compute: Show the Plan of a Spec');
      const plan = (): Promise<string> => window.editor('(plan)');
      await until('the plan', 20_000, async () => /"HostName": "before"/.test(await plan()), plan);
      // Typed, not written to the file.
      await page.locator('.tab[aria-label*="web.hcs.json"]').first().click();
      const replace = async (from: string, to: string): Promise<void> => {
        await page.keyboard.press('Control+H');
        const find = page.locator('.find-widget textarea[aria-label^="Find"]');
        await find.fill(from);
        await page.locator('.find-widget textarea[aria-label^="Replace"]').fill(to);
        await page.keyboard.press('Control+Alt+Enter');
        await page.keyboard.press('Escape');
      };
      await replace('"before"', '"after"');
      await until('the plan of what was typed', 20_000, async () => /"HostName": "after"/.test(await plan()), plan);
      await replace('"C:\\\\"', '5');
      await until(
        'the mistake in the plan',
        20_000,
        async () => /cannot be planned: spec\.process\.cwd/.test(await plan()),
        plan,
      );
      await page.locator('.squiggly-error').first().waitFor();
      if (!readFileSync(file, 'utf8').includes('before')) throw new Error('the file was written');
      await window.command('File: Revert File');
      await until('nothing is unsaved', 10_000, async () => (await page.locator('.tab.dirty').count()) === 0);
    },
  );

  await commandTests({ window, home, folder }, ui);
  await hostTests({ window, home, folder }, ui);
}
