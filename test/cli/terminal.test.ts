/** What a person sees at a terminal: tables that fit, a live table that gives the terminal back, spinners, Ctrl+C. */
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { styleOf } from '#src/cli/output/style.js';
import { table, type Column } from '#src/cli/output/table.js';
import { HCS, Home } from '../helpers/cli.js';
import { Terminal } from '../helpers/terminal.js';

const plain = (text: string): string => text.replace(/\u001b\[[?\d;]*[A-Za-z]/g, '');
const running = async (home: Home, t: ExecutionContext, id: string): Promise<void> => {
  t.is((await home.hcs(['run', '-d', '--id', id, 'sleep', '600'])).status, 0);
};

/** Leaves a mark and the terminal's settings after the command. */
const AFTER = '; echo "STATUS $?"; stty -a';
async function givenBack(t: ExecutionContext, terminal: Terminal, status: number): Promise<void> {
  await terminal.ended;
  t.true(terminal.text.includes(`STATUS ${status}\r\n`), JSON.stringify(terminal.text));
  // A terminal in raw mode has these with a minus.
  t.regex(terminal.text, /\sicanon/);
  t.regex(terminal.text, /\sisig/);
  t.regex(terminal.text, /\secho\s/);
}

test('a table fits every width, whatever is in it', (t) => {
  const columns = [
    { title: 'ID', get: (row: string[]) => row[0] ?? '', shrink: true },
    { title: 'STATUS', get: (row: string[]) => row[1] ?? '' },
    { title: 'N', get: (row: string[]) => row[2] ?? '', align: 'right' as const },
    { title: 'WHY', get: (row: string[]) => row[3] ?? '', shrink: true },
  ] as readonly unknown[] as Column[];
  const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('漢字漢字漢字漢字', '', '👩‍👩‍👧'));
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 4, maxLength: 4 })),
      fc.integer({ min: 1, max: 120 }),
      (rows, width) =>
        table(rows, columns, { ...styleOf({}, {}), width })
          .split('\n')
          .every((line) => stringWidth(line) <= width),
    ),
  );
  t.pass();
});

test('stats draws its table anew on the other screen; q leaves it, and the terminal is as it was', async (t) => {
  const home = await Home.make(t);
  await running(home, t, 'web');
  const terminal = new Terminal(t, home, `hcs stats --interval 100ms${AFTER}`, { cols: 50 });
  await terminal.until(/web[^]*web[^]*web +[\d.]+ %/);
  terminal.type('xq');
  await givenBack(t, terminal, 0);
  const [, live = '', rest = ''] = /\u001b\[\?1049h([^]*)\u001b\[\?1049l([^]*)/.exec(terminal.text) ?? [];
  t.regex(live, /^\u001b\[\?25l/);
  t.true(live.endsWith('\u001b[?25h'));
  t.regex(plain(rest), /^ID +CPU %[^\n]*\r\nweb /);
  t.false(plain(live).includes('x'));
  for (const line of live.split(/[\r\n]+|\u001b\[H/)) t.true(plain(line).length <= 50, line);
});

for (const [how, leave] of [
  [
    'Ctrl+C',
    (terminal: Terminal) => {
      terminal.type('\u0003');
    },
  ],
  ['SIGTERM', async (_terminal: Terminal, home: Home) => process.kill(Number(await home.read('stats.pid')), 'SIGTERM')],
] as const) {
  test(`${how} leaves stats with status 0 and the terminal as it was`, async (t) => {
    const home = await Home.make(t);
    await running(home, t, 'web');
    const terminal = new Terminal(
      t,
      home,
      `sh -c 'echo $$ > "$HCS_HOME/stats.pid"; exec "$0" "$@"' "${process.execPath}" "${HCS}" stats${AFTER}`,
    );
    await terminal.until(/web/);
    await leave(terminal, home);
    await givenBack(t, terminal, 0);
  });
}

test('stats of one container ends with it, and goes on over the death of the engine', async (t) => {
  const home = await Home.make(t);
  await running(home, t, 'web');
  const terminal = new Terminal(t, home, `hcs stats web --interval 50ms${AFTER}`);
  await terminal.until(/web/);
  process.kill(await home.enginePid(), 'SIGKILL');
  const before = terminal.text.length;
  await terminal.until(new RegExp(`^[^]{${before}}[^]*web`));
  t.is((await home.hcs(['kill', 'web'])).status, 0);
  await givenBack(t, terminal, 0);
});

test('long work shows a spinner on a terminal, and none with NO_COLOR, in CI, or when a document is asked for', async (t) => {
  const home = await Home.make(t);
  const spins = async (line: string): Promise<boolean> => {
    await running(home, t, 'web');
    const terminal = new Terminal(t, home, `${line}${AFTER}`);
    await givenBack(t, terminal, 0);
    await home.hcs(['delete', '--force', 'web']);
    return /\u001b\[\?25l[^]*stopping web[^]*\u001b\[\?25h/.test(terminal.text);
  };
  t.true(await spins('hcs stop web'));
  t.true(await spins('hcs stop web > /dev/null'));
  t.false(await spins('NO_COLOR=1 hcs stop web'));
  t.false(await spins('CI=1 hcs stop web'));
  t.false(await spins('hcs stop web --json'));
  t.false(await spins('hcs stop web 2>/dev/null'));
});

test('a list on a narrow terminal is cut to it, in colours only there', async (t) => {
  const home = await Home.make(t);
  await running(home, t, 'a-container-with-a-very-long-name-that-does-not-fit');
  const terminal = new Terminal(t, home, `hcs list; hcs list | cat; NO_COLOR=1 hcs list${AFTER}`, { cols: 40 });
  await givenBack(t, terminal, 0);
  const shown = /^([^]*?)\{"schema"[^\n]*\}\r\n([^]*?)STATUS 0/.exec(terminal.text);
  t.regex(shown?.[1] ?? '', /\u001b\[1mID/);
  t.regex(shown?.[1] ?? '', /a-conta[^ ]*~ +running/);
  t.false((shown?.[2] ?? '').includes('\u001b'));
  for (const line of plain(shown?.[1] ?? '').split('\r\n')) t.true(line.length <= 40, line);
});
