/** One VS Code window in the browser, and how tests find their way in it. Every wait is for a condition, with a bound. */
import type { Browser, Locator, Page } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LEFT } from './places.js';
import { until } from './until.js';

const SHORT_MS = 20_000;
const OPEN_MS = 60_000;
const TAB = '.editor-group-container .tab';

export class Window {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser, url: string): Promise<Window> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(SHORT_MS);
    await page.goto(url, { timeout: OPEN_MS });
    await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: OPEN_MS });
    return new Window(page);
  }

  /** Opens the extension's views. */
  async views(): Promise<void> {
    const pane = this.pane('Containers');
    const icon = this.page.locator('.activitybar a.action-label[aria-label^="Host Compute"]');
    await icon.waitFor({ timeout: OPEN_MS });
    // A click on the icon of what is open would close it.
    if (!(await pane.isVisible())) await icon.click();
    await pane.waitFor();
  }

  pane(name: string): Locator {
    return this.page.locator(`.pane:has(.pane-header[aria-label^="${name}"])`);
  }

  /** Rows of a view as a screen reader tells them. */
  async rows(view = 'Containers'): Promise<string[]> {
    const rows = this.pane(view).locator('.monaco-list-row');
    return rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  }

  row(start: string, view = 'Containers'): Locator {
    return this.pane(view).locator(`.monaco-list-row[aria-label^="${start}"]`);
  }

  /** Waits for a row whose label fits. */
  async shows(pattern: RegExp, view = 'Containers', boundMs = SHORT_MS): Promise<string> {
    return until(
      `a row like ${String(pattern)}`,
      boundMs,
      async () => (await this.rows(view)).find((label) => pattern.test(label)),
      () => this.rows(view),
    );
  }

  async hides(pattern: RegExp, view = 'Containers', boundMs = SHORT_MS): Promise<void> {
    const gone = async (): Promise<boolean> => !(await this.rows(view)).some((label) => pattern.test(label));
    await until(`no row like ${String(pattern)}`, boundMs, gone, () => this.rows(view));
  }

  /** Runs a command by its title, from the palette. */
  async command(title: string): Promise<void> {
    const { page } = this;
    const input = page.locator('.quick-input-widget input');
    const item = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    // The palette may be taken away by a focus that comes late.
    await until(`the command ${title} in the palette`, SHORT_MS, async () => {
      if (!(await input.isVisible())) await page.keyboard.press('F1');
      await input.fill(`>${title}`, { timeout: 2000 }).catch(() => undefined);
      return item.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    await item.click();
  }

  /** Answers an input box or a pick list that is open. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(text);
    await input.press('Enter');
  }

  /** While the tree is redrawn VS Code runs a menu's command without the row, so that it asks which container: then `open` is done again. */
  async opensTerminal(open: () => Promise<void>): Promise<void> {
    const terminal = this.page.locator('.terminal-wrapper.active');
    const question = this.page.locator('.quick-input-widget');
    await until('a terminal', OPEN_MS, async () => {
      await open();
      const what = await until('a terminal or a question', SHORT_MS, async () => {
        if ((await terminal.count()) > 0) return 'terminal';
        return (await question.isVisible()) ? 'question' : undefined;
      });
      if (what === 'question') await this.page.keyboard.press('Escape');
      return what === 'terminal';
    });
  }

  /** An entry of the context menu of a row. */
  async menu(row: Locator, entry: string): Promise<void> {
    const { page } = this;
    const item = page.locator('.monaco-menu .action-item', { hasText: entry }).first();
    await until(`the menu entry ${entry}`, SHORT_MS, async () => {
      await row.click({ button: 'right' });
      const there = await item.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      // The row was redrawn under the mouse.
      if (!there) await page.keyboard.press('Escape');
      return there;
    });
    // A menu takes no click right after it has opened.
    await until(`the menu takes ${entry}`, SHORT_MS, async () => {
      await item.click({ timeout: 1000 }).catch(() => undefined);
      return item.waitFor({ state: 'hidden', timeout: 500 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** The entries of the context menu of a row. */
  async entries(row: Locator): Promise<string[]> {
    const { page } = this;
    const items = page.locator('.monaco-menu .action-item .action-label');
    const all = await until('a menu', SHORT_MS, async () => {
      await row.click({ button: 'right' });
      await items
        .first()
        .waitFor({ timeout: 2000 })
        .catch(() => undefined);
      const texts = await items.allTextContents();
      return texts.length > 0 && texts;
    });
    await page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'hidden' });
    return all.map((text) => text.trim()).filter((text) => text !== '');
  }

  /** Waits for the prompt with this title. */
  async asked(title: string): Promise<void> {
    const shown = this.page.locator('.quick-input-widget .quick-input-title');
    await until(
      `the prompt ${title}`,
      SHORT_MS,
      async () => (await shown.isVisible()) && (await shown.textContent()) === title,
      () => shown.allTextContents(),
    );
  }

  /** Takes an entry of the pick list that is open. */
  async pick(text: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }

  /** Leaves a prompt without an answer. */
  async cancel(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** The text of the modal dialog. */
  async dialog(): Promise<string> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.waitFor();
    return (await box.textContent()) ?? '';
  }

  async dialogAnswer(button: string): Promise<void> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.getByRole('button', { name: button, exact: true }).click();
    await box.waitFor({ state: 'hidden' });
  }

  /** Opens a view, or folds it up. */
  async expand(view: string, open = true): Promise<void> {
    const header = this.pane(view).locator('.pane-header');
    const is = async (): Promise<boolean> => (await header.getAttribute('aria-expanded')) === String(open);
    if (!(await is())) await header.click();
    await until(`${view} is ${open ? 'open' : 'folded up'}`, SHORT_MS, is);
  }

  /** What the terminal in front shows, line by line. */
  async terminal(): Promise<string[]> {
    const lines = this.page.locator('.terminal-wrapper.active .xterm-rows > div');
    return lines.evaluateAll((all) => all.map((line) => line.textContent.replaceAll('\u00a0', ' ').trimEnd()));
  }

  async terminalShows(pattern: RegExp, boundMs = SHORT_MS): Promise<RegExpExecArray> {
    return until(
      `${String(pattern)} in the terminal`,
      boundMs,
      async () => pattern.exec((await this.terminal()).join('\n')),
      () => this.terminal(),
    );
  }

  /** One key for the terminal in front. */
  async press(key: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.press(key);
  }

  /** A line for the terminal in front. */
  async type(text: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** The text of the editor with this title, as far as it is in view. */
  async editor(title: string): Promise<string> {
    const group = this.page.locator('.editor-group-container', {
      has: this.page.locator(`.tab.active[aria-label*="${title}"]`),
    });
    const lines = group.locator('.view-lines .view-line');
    const all = await lines.evaluateAll((found) =>
      found
        .map((line) => ({
          top: (line as HTMLElement).offsetTop,
          text: line.textContent.replaceAll('\u00a0', ' '),
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return all.join('\n');
  }

  /** Opens a file of the workspace. */
  async file(name: string): Promise<void> {
    const { page } = this;
    const input = page.locator('.quick-input-widget input');
    const item = page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first();
    await until(`the file ${name} in quick open`, SHORT_MS, async () => {
      if (!(await input.isVisible())) await page.keyboard.press('Control+P');
      await input.fill(name, { timeout: 2000 }).catch(() => undefined);
      const there = await item.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      // Opened again, it looks for the files of now.
      if (!there) await page.keyboard.press('Escape');
      return there;
    });
    await item.click();
    await page.locator(`.tab.active[aria-label*="${name}"]`).waitFor();
  }

  /** The number of running containers, as the status bar tells it to a screen reader. */
  statusBar(): Locator {
    return this.page.locator('.statusbar-item[id*="hostcompute.running"]');
  }

  async keepPicture(name: string): Promise<void> {
    mkdirSync(LEFT, { recursive: true });
    await this.page.screenshot({ path: join(LEFT, `${name.replace(/[^a-z0-9]+/gi, '-')}.png`) });
  }

  /** For the next test: no terminals, editors, dialogs. */
  async tidy(): Promise<void> {
    await this.page.keyboard.press('Escape');
    const some = async (what: string): Promise<boolean> => (await this.page.locator(what).count()) > 0;
    if (await some('.terminal-wrapper')) await this.command('Terminal: Kill All Terminals').catch(() => undefined);
    if (await some(TAB)) {
      await this.command('View: Close All Editors').catch(() => undefined);
      const discard = this.page.getByRole('button', { name: "Don't Save" });
      await until('no editor is left', SHORT_MS, async () => {
        if (await discard.isVisible()) await discard.click({ timeout: 2000 }).catch(() => undefined);
        return !(await some(TAB));
      }).catch(() => undefined);
    }
    // The palette has this one only while there is something to clear.
    if (await some('.notification-toast'))
      await this.command('Notifications: Clear All Notifications').catch(() => undefined);
  }
}
