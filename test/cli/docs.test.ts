import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { format, resolveConfig } from 'prettier';
import { commandTable } from '#src/cli/commandTable.js';
import { commandPages } from './commandPages.js';

// Compiled tests lie in build/test/cli.
const FOLDER = new URL('../../../docs/cli/', import.meta.url);
const MARK = '<!-- From here on generated from the table of commands. -->';

test('docs/cli has a page for each verb, as its command says, and no other', async (t) => {
  const isUpdate = process.env['HCS_UPDATE_DOCS'] === '1';
  const [intro, generated] = readFileSync(new URL('README.md', FOLDER), 'utf8').split(MARK);
  t.truthy(generated, 'docs/cli/README.md has lost its mark');
  const pages = commandPages(await commandTable(), `${intro ?? ''}${MARK}`);
  const options = { ...(await resolveConfig(fileURLToPath(FOLDER))), parser: 'markdown' };
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) {
    if (pages.has(name)) continue;
    if (isUpdate) rmSync(new URL(name, FOLDER));
    else t.fail(`docs/cli/${name} is of no verb`);
  }
  for (const [name, page] of pages) {
    const wanted = await format(page, options);
    const file = new URL(name, FOLDER);
    if (isUpdate) writeFileSync(file, wanted);
    else t.is(readFileSync(file, 'utf8'), wanted, `stale: HCS_UPDATE_DOCS=1 npx ava build/test/cli/docs.test.js`);
  }
});

test('each verb has two examples, one of them PowerShell, that call it; a shell can read the others', async (t) => {
  const { commands } = await commandTable();
  for (const { name, aliases, examples } of commands) {
    t.true(examples.length >= 2, name);
    t.true(
      examples.some(({ shell }) => shell === 'powershell'),
      name,
    );
    const names = [name, ...aliases].map((one) => `hcs ${one}`);
    for (const { line, shell } of examples) {
      t.true(
        names.some((one) => line.includes(one)),
        `${name}: ${line}`,
      );
      if (shell === 'sh') t.is(spawnSync('sh', ['-n'], { input: line }).status, 0, line);
    }
  }
});

test('what README links to is there, and in the package, too, but for the extension', (t) => {
  const root = new URL('../../', FOLDER);
  const { files } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { files: readonly string[] };
  const links = [...readFileSync(new URL('README.md', root), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/gu)].map(
    ([, link = '']) => link,
  );
  t.true(links.length > 10);
  for (const link of links) {
    t.true(existsSync(new URL(link, root)), link);
    if (!link.startsWith('editors/')) t.true(files.includes(link.split('/')[0] ?? ''), `${link} is in the package`);
  }
});
