/** Commands as a user gives them: menus, prompts, dialogs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UiParts } from './ui.js';
import { until } from './until.js';

const SLEEP = 'exec sleep 1000';

/** Runs one test; what it leaves is tidied. */
export type Ui = (name: string, body: () => Promise<void>) => Promise<void>;

export async function commandTests({ window, home, folder }: UiParts, ui: Ui): Promise<void> {
  const { page } = window;
  const status = async (id: string): Promise<string> =>
    (JSON.parse(await home.hcs('state', id, '--json')) as { status: string }).status;
  const ids = async (): Promise<string[]> =>
    (await home.hcs('list', '--quiet')).split('\n').filter((line) => line !== '');
  const nothingLeft = async (): Promise<void> => {
    const there = await ids();
    if (there.length > 0) throw new Error(`left: ${there.join(', ')}`);
    if ((await page.locator('.terminal-wrapper').count()) > 0) throw new Error('a terminal is left');
    const said = await page.locator('.notification-toast').allTextContents();
    if (said.length > 0) throw new Error(`said: ${said.join(' | ')}`);
  };
  const closedTerminals = (): Promise<true> =>
    until('no terminal', 10_000, async () => (await page.locator('.terminal-wrapper').count()) === 0);

  await ui('pause and resume are in the menu of a Hyper-V container, and only there', async () => {
    await window.views();
    await home.run('vm', SLEEP, '--isolation', 'hyperv');
    await home.run('plain', SLEEP);
    await window.shows(/^container vm, running, hyperv/);
    await window.shows(/^container plain, running, process/);
    const entries = await window.entries(window.row('container plain'));
    if (!entries.includes('Stop') || entries.some((entry) => /Pause|Resume/.test(entry)))
      throw new Error(`entries of a process container: ${entries.join(', ')}`);
    await window.menu(window.row('container vm'), 'Pause');
    await window.shows(/^container vm, paused/);
    if ((await status('vm')) !== 'paused') throw new Error('the engine does not say paused');
    await window.menu(window.row('container vm'), 'Resume');
    await window.shows(/^container vm, running/);
    if ((await status('vm')) !== 'running') throw new Error('the engine does not say running');
  });

  await ui('kill ends a container, and of an exec only that', async () => {
    await home.run('both', SLEEP);
    await home.hcs('exec', '-d', '--exec-id', 'helper', 'both', '--', 'sleep', '1000');
    await window.shows(/^container both, running/);
    await window.row('container both').locator('.monaco-tl-twistie').click();
    await window.shows(/^exec helper, exec, pid \d+/);
    await window.menu(window.row('exec helper'), 'Kill');
    await window.shows(/^exec helper, exec, exit 1067/);
    if ((await status('both')) !== 'running') throw new Error('the container was killed, too');
    await window.menu(window.row('container both'), 'Kill');
    await window.shows(/^container both, exit 1067 ERROR_PROCESS_ABORTED/);
  });

  await ui('delete asks first; cancelled it leaves the container running, confirmed it is gone', async () => {
    await home.run('doomed', SLEEP);
    await window.shows(/^container doomed, running/);
    await window.menu(window.row('container doomed'), 'Delete…');
    const asked = await window.dialog();
    if (!/Delete the container doomed\?/.test(asked) || !/programs will be killed/.test(asked)) throw new Error(asked);
    await window.dialogAnswer('Cancel');
    if ((await status('doomed')) !== 'running') throw new Error('it was deleted, or ended');
    await window.shows(/^container doomed, running/);
    await window.menu(window.row('container doomed'), 'Delete…');
    await window.dialog();
    await window.dialogAnswer('Delete');
    await window.hides(/^container doomed/);
    if ((await ids()).length > 0) throw new Error('the engine has it still');
  });

  await ui('inspect is a document that nobody can edit, and follows events', async () => {
    await home.run('seen', SLEEP);
    await window.shows(/^container seen, running/);
    await window.menu(window.row('container seen'), 'Inspect');
    const text = (): Promise<string> => window.editor('seen.json');
    await until('the document', 15_000, async () => (await text()).includes('"status": "running"'), text);
    await page.locator('.editor-group-container .view-lines').first().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('typed');
    await until('the editor says that it is read-only', 5000, async () =>
      (await page.locator('.monaco-editor-overlaymessage').allTextContents()).join().includes('read-only'),
    );
    if ((await text()).includes('typed')) throw new Error('it was edited');
    await home.hcs('kill', 'seen');
    await until('the end in the document', 15_000, async () => (await text()).includes('"status": "stopped"'), text);
  });

  await ui(
    'attach shows what a program writes from then on, tells that keys do not reach it, and leaves it alone',
    async () => {
      const file = join(folder, 'go');
      await home.run(
        'speaker',
        `echo before; while :; do [ -e '${file}' ] && break; sleep 0.1; done; echo after; ${SLEEP}`,
      );
      await window.shows(/^container speaker, running/);
      await until('its first words', 10_000, async () => (await home.hcs('logs', 'speaker')).includes('before'));
      await window.menu(window.row('container speaker'), 'Attach');
      await page.locator('.terminal-wrapper.active .xterm-rows').waitFor();
      await window.type('hello');
      await window.terminalShows(/Keys do not reach the program/);
      writeFileSync(file, '');
      await window.terminalShows(/^after$/m);
      const shown = (await window.terminal()).join('\n');
      if (shown.includes('before')) throw new Error('it shows what was written before');
      if (shown.split('Keys do not').length !== 2) throw new Error('it says more than once that keys do not reach it');
      await window.command('Terminal: Kill the Active Terminal Instance');
      await closedTerminals();
      if ((await status('speaker')) !== 'running') throw new Error('it was ended');
    },
  );

  await ui('keys of a shell go on when the host was killed, and are said to be lost when the engine was', async () => {
    await home.run('shell', SLEEP);
    await window.shows(/^container shell, running/);
    await window.menu(window.row('container shell'), 'Open a Shell');
    await window.terminalShows(/[$#] $|[$#]$/m);
    const [host = 0] = home.hosts();
    process.kill(host, 'SIGKILL');
    await until('another host', 30_000, () => home.hosts().length === 1 && home.hosts()[0] !== host);
    await window.type('echo still-$((40+2))');
    await window.terminalShows(/^still-42/m);
    const engine = home.enginePid();
    process.kill(engine, 'SIGKILL');
    await until('another engine', 30_000, async () => {
      // Which starts one, if the window has not yet.
      const listed = await home.hcs('list', '--quiet').catch(() => undefined);
      return listed !== undefined && home.enginePid() !== engine;
    });
    await window.type('x');
    await window.terminalShows(/Keys no longer reach the program/);
  });

  await ui('run asks for command and isolation; cancelled at either it leaves nothing behind', async () => {
    const run = 'Host Compute: Run a Command in a New Container…';
    await window.command(run);
    await window.asked('Run in a New Container');
    await window.cancel();
    await nothingLeft();
    await window.command(run);
    await window.asked('Run in a New Container');
    await window.answer('');
    await until('an empty command is refused', 5000, async () =>
      ((await page.locator('.quick-input-widget').textContent()) ?? '').includes('A program is needed'),
    );
    await window.answer('sleep 1000');
    await window.asked('Isolation');
    await window.cancel();
    await nothingLeft();
    await window.command(run);
    await window.asked('Run in a New Container');
    await window.answer('sh -c "echo said-$((1+1)); exec sleep 1000"');
    await window.asked('Isolation');
    await window.pick('hyperv');
    await window.terminalShows(/^said-2/m);
    await window.shows(/^container hcs-\w+, running, hyperv/);
    await window.command('Terminal: Kill the Active Terminal Instance');
    await window.hides(/^container hcs-/);
    await closedTerminals();
    await nothingLeft();
  });

  await ui('create asks for an id that is free; cancelled it leaves nothing behind; Start is offered', async () => {
    const spec = { ociVersion: '1.0.2', process: { cwd: '/', args: ['sleep', '1000'] } };
    writeFileSync(join(folder, 'made.hcs.json'), JSON.stringify(spec));
    await window.file('made.hcs.json');
    const create = 'Host Compute: Create a Container from a Spec…';
    const input = page.locator('.quick-input-widget input');
    await window.command(create);
    await window.asked('Id of the New Container');
    if ((await input.inputValue()) !== 'made') throw new Error(`suggested: ${await input.inputValue()}`);
    await window.cancel();
    await nothingLeft();
    await home.run('taken', SLEEP);
    await window.views();
    await window.shows(/^container taken, running/);
    await window.command(create);
    await window.asked('Id of the New Container');
    await window.answer('taken');
    await until('a taken id is refused', 5000, async () =>
      ((await page.locator('.quick-input-widget').textContent()) ?? '').includes('There is a container taken already'),
    );
    await window.answer('made');
    await window.shows(/^container made, created/);
    await page.locator('.notification-toast', { hasText: 'Created made.' }).getByText('Start', { exact: true }).click();
    await window.shows(/^container made, running/);
  });

  await ui(
    'a spec is run from its editor: output and exit code are in a terminal, and the container goes',
    async () => {
      const args = ['sh', '-c', 'echo said-$((1+1)); exit 7'];
      writeFileSync(
        join(folder, 'job.hcs.json'),
        JSON.stringify({ ociVersion: '1.0.2', process: { cwd: '/', args, terminal: true } }),
      );
      await window.file('job.hcs.json');
      await window.command('Host Compute: Run a Container from a Spec…');
      await window.asked('Id of the New Container');
      await window.answer('job');
      await window.terminalShows(/^said-2$[^]*Ended with exit code 7\./m);
      if ((await ids()).length > 0) throw new Error('the container is left');
      await window.press('x');
      await closedTerminals();
    },
  );

  await ui('execute asks for a command line, which runs in that container and leaves its last words', async () => {
    await window.views();
    await home.run('first', SLEEP);
    await home.run('second', SLEEP);
    await window.shows(/^container second, running/);
    await window.shows(/^container first, running/);
    await window.command('Host Compute: Execute a Command…');
    await window.asked('Execute a Command in a Container');
    await window.pick('first');
    await window.asked('Execute in first');
    await window.answer('sh -c "echo by-$PPID-said; exit 3"');
    await window.terminalShows(/-said$[^]*Ended with exit code 3\./m);
    const execs = async (id: string): Promise<number[]> =>
      (JSON.parse(await home.hcs('state', id, '--json')) as { execs: { exitCode: number }[] }).execs.map(
        ({ exitCode }) => exitCode,
      );
    const found = JSON.stringify([await execs('first'), await execs('second')]);
    if (found !== '[[3],[]]') throw new Error(`exit codes of execs: ${found}`);
  });

  await ui('several containers that are selected are deleted by one question', async () => {
    await window.views();
    for (const id of ['one', 'two', 'three']) await home.run(id, SLEEP);
    for (const id of ['one', 'two', 'three']) await window.shows(new RegExp(`^container ${id}, running`));
    await window.row('container one').click();
    await window.row('container three').click({ modifiers: ['Control'] });
    await window.menu(window.row('container three'), 'Delete…');
    const asked = await window.dialog();
    if (!/Delete 2 containers\?/.test(asked) || !/(one, three|three, one)\. 2 of them run/.test(asked))
      throw new Error(asked);
    await window.dialogAnswer('Delete');
    await window.hides(/^container (one|three)/);
    if ((await status('two')) !== 'running') throw new Error('the third one was ended');
  });

  await ui('all that have ended are deleted by one question, which names them; what runs or is new stays', async () => {
    await window.views();
    const command = 'Host Compute: Delete All That Have Ended…';
    await home.run('runs', SLEEP);
    await home.run('well', 'true');
    await home.run('badly', 'exit 3');
    const spec = join(folder, 'new.hcs.json');
    writeFileSync(spec, JSON.stringify({ ociVersion: '1.0.2', process: { cwd: '/', args: ['true'] } }));
    await home.hcs('create', '--id', 'new', '--spec', spec);
    await window.shows(/^container new, created/);
    await window.shows(/^container well, exit 0/);
    await window.shows(/^container badly, exit 3/);
    await window.command(command);
    const asked = await window.dialog();
    if (!/Delete 2 containers\?/.test(asked) || !/badly, well\. Their records and logs are removed\./.test(asked))
      throw new Error(asked);
    await window.dialogAnswer('Cancel');
    if ((await ids()).length !== 4) throw new Error(`cancelled, and yet there are ${(await ids()).join(', ')}`);
    await window.command(command);
    await window.dialog();
    await window.dialogAnswer('Delete');
    await window.hides(/^container (well|badly)/);
    if ((await ids()).sort().join() !== 'new,runs') throw new Error(`there are ${(await ids()).join(', ')}`);
    if ((await status('runs')) !== 'running') throw new Error('what runs was ended');
    await window.command(command);
    await page.locator('.notification-toast', { hasText: 'No container has ended.' }).waitFor();
  });

  await ui('a command that cannot be done says why in one message, whose button opens the log', async () => {
    await window.command('Host Compute: Resume');
    const toast = page.locator('.notification-toast', { hasText: 'there is no container for which this can be done' });
    await toast.getByText('Show Log', { exact: true }).click();
    const channels = (): Promise<string[]> =>
      page
        .locator('.part.panel select')
        .evaluateAll((boxes) =>
          boxes.map((box) => (box as HTMLSelectElement).selectedOptions.item(0)?.textContent ?? ''),
        );
    await until('the log', 10_000, async () => (await channels()).includes('hostcompute'), channels);
    if ((await toast.count()) > 0) throw new Error('the message stays');
    await window.command('View: Hide Panel');
  });

  await ui('doctor opens a page of what it has checked', async () => {
    await window.command('Host Compute: Run Doctor');
    const page2 = async (): Promise<string> => {
      const texts = await Promise.all(
        page.frames().map((frame) => frame.evaluate(() => document.body.innerText).catch(() => '')),
      );
      return texts.find((text) => /checks (passed|failed)/.test(text)) ?? '';
    };
    const all = ['hcs: ', 'node: ', 'bridge: ', 'home: ', 'engine: '];
    await until(
      'the checks',
      45_000,
      async () => {
        const text = await page2();
        return all.every((name) => text.includes(name));
      },
      page2,
    );
  });

  await ui('networks show their endpoints, layers their containers, and go when they are deleted', async () => {
    await window.views();
    await window.expand('Networks');
    await window.shows(/^network nat, nat/, 'Networks');
    await home.hcs('network', 'create', 'lab', '--subnet', '172.20.0.0/16', '--gateway', '172.20.0.1');
    await home.run('wired', SLEEP, '--network', 'lab');
    await window.shows(/^network lab, nat, 172\.20\.0\.0\/16/, 'Networks');
    await window.row('network lab', 'Networks').locator('.monaco-tl-twistie').click();
    await window.shows(/^endpoint hcs-\w+, 172\.20\.0\.\d+/, 'Networks');
    await home.hcs('delete', '--force', 'wired');
    await window.hides(/^endpoint hcs-\w+, 172\.20/, 'Networks');
    await home.hcs('network', 'delete', 'lab');
    await window.command('Host Compute: Refresh Networks');
    await window.hides(/^network lab/, 'Networks');
    await window.expand('Networks', false);
    await window.expand('Layers');
    const layer = join(folder, 'layer');
    home.layer(layer);
    await home.run('layered', SLEEP, '--layer', layer);
    await window.shows(/^layer \w+, scratch, layered/, 'Layers');
    await home.hcs('delete', '--force', 'layered');
    await window.hides(/scratch, layered/, 'Layers');
    await window.expand('Layers', false);
  });

  await ui('the status bar item can be reached and used by keyboard alone', async () => {
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.closest('.statusbar-item')?.id ?? '');
    await window.command('View: Toggle Primary Side Bar Visibility');
    await until('no views', 5000, async () => !(await window.pane('Containers').isVisible()));
    const parts = async (): Promise<boolean> => {
      await page.keyboard.press('F6');
      return page.evaluate(() => document.activeElement?.closest('.statusbar') !== null);
    };
    await until('the status bar has the focus', 10_000, parts);
    for (let i = 0; !(await focused()).includes('hostcompute.running'); i++) {
      if (i > 30) throw new Error(`not reached; there is ${await focused()}`);
      await page.keyboard.press('ArrowRight');
    }
    const label = await window.statusBar().locator('a').getAttribute('aria-label');
    if (!/^0 of 0 containers running/.test(label ?? '')) throw new Error(`it says ${label ?? 'nothing'}`);
    await page.keyboard.press('Enter');
    await until('the containers have the focus', 10_000, () =>
      window.pane('Containers').evaluate((pane) => pane.contains(document.activeElement)),
    );
  });
}
