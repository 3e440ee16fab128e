import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { openEngineLog } from '#src/engineLog.js';
import { watchIdle } from '#src/idle.js';
import { temporaryFolder } from '../store/support.js';

test('a log line is one line, whatever it is told, and readable by its user alone', async (t) => {
  const path = join(await temporaryFolder(t), 'engine.log');
  const log = openEngineLog(path);
  log.log('info', 'plain "words" C:\\x', { id: 'a"b', n: 3 });
  log.log('warn', 'two\nlines\u001b[31m');
  log.close();
  const lines = readFileSync(path, 'utf8').split('\n');
  t.is(lines.length, 3);
  t.regex(lines[0]!, /^\d{4}-\d\d-\d\dT[\d:.]+Z info plain "words" C:\\x id="a\\"b" n=3$/);
  t.regex(lines[1]!, / warn two\\nlines\\u001b\[31m$/);
  if (process.platform !== 'win32') t.is(statSync(path).mode & 0o777, 0o600);
});

test('a log keeps three files of the size asked for, and goes on where the last engine ended', async (t) => {
  const path = join(await temporaryFolder(t), 'engine.log');
  for (let n = 0; n < 100; n++) {
    const log = openEngineLog(path, 'info', 1000);
    log.log('info', `line ${n}`, { filler: 'x'.repeat(60) });
    log.close();
  }
  const files = [`${path}.2`, `${path}.1`, path];
  for (const file of files) t.true(statSync(file).size < 1200);
  t.false(existsSync(`${path}.3`));
  const numbers = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/line (\d+)/g)].map(([, n]) => Number(n)),
  );
  t.is(numbers.at(-1), 99);
  t.deepEqual(
    numbers,
    numbers.map((_, i) => numbers[0]! + i),
  );
});

test('a log leaves out what is under its level', async (t) => {
  const path = join(await temporaryFolder(t), 'engine.log');
  const log = openEngineLog(path, 'warn');
  log.log('info', 'no');
  log.log('warn', 'yes');
  log.log('error', 'yes');
  log.close();
  t.is(
    readFileSync(path, 'utf8')
      .match(/yes|no/g)
      ?.join(),
    'yes,yes',
  );
});

test('idleness is told once it has lasted, and only while nobody is there', async (t) => {
  let needed = true;
  let told!: () => void;
  const expired = new Promise<void>((resolve) => (told = resolve));
  const idle = watchIdle(1, () => needed, told);
  needed = false;
  idle.check();
  needed = true;
  idle.check();
  // The timer was taken back: only this, last change lets it run out.
  needed = false;
  idle.check();
  await expired;
  t.pass();
});
