import { appendFileSync, copyFileSync, cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { decodeJournal, Journal } from '#src/store/journal.js';
import { openStore } from '#src/store/openStore.js';
import { event, temporaryFolder, tracer, turn } from './support.js';

const JOURNALS = ['journal.0', 'journal.1'];

test('what was appended is found again, whatever the length at which the file was cut', async (t) => {
  const folder = await temporaryFolder(t);
  const texts = ['one', 'zwei 雪', 'x'.repeat(300)];
  const first = await Journal.open(folder);
  t.deepEqual(first.texts, []);
  for (const text of texts) first.journal.append(text);
  await first.journal.sync();
  await first.journal.close();
  const second = await Journal.open(folder);
  t.deepEqual(second.texts, texts);
  await second.journal.close();
  const bytes = readFileSync(join(folder, 'journal.0'));
  const ends = texts.map((_, i) => texts.slice(0, i + 1).reduce((sum, text) => sum + 8 + Buffer.byteLength(text), 0));
  for (let length = 0; length <= bytes.length; length++) {
    t.is(decodeJournal(bytes.subarray(0, length)).length, ends.filter((end) => end <= length).length);
  }
});

test('a record with a changed byte ends the journal, and what stands before it is kept', async (t) => {
  const folder = await temporaryFolder(t);
  const { journal } = await Journal.open(folder);
  for (const text of ['one', 'two', 'three']) journal.append(text);
  await journal.close();
  const bytes = readFileSync(join(folder, 'journal.0'));
  for (let at = 11; at < 22; at++) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
    t.deepEqual(decodeJournal(damaged), ['one'], `byte ${at}`);
  }
});

test('the files take turns, and one is emptied only when all in it has been released', async (t) => {
  const folder = await temporaryFolder(t);
  const { journal } = await Journal.open(folder);
  const size = (name: string): number => statSync(join(folder, name)).size;
  const text = 'x'.repeat(1024 * 1024);
  const append = (n: number): (() => void)[] => Array.from({ length: n }, () => journal.append(text));
  const first = append(4);
  const second = append(6);
  t.deepEqual(
    JOURNALS.map((name) => Math.round(size(name) / 1024 / 1024)),
    [4, 6],
  );
  for (const release of first.slice(1)) release();
  append(1);
  t.deepEqual(
    JOURNALS.map((name) => Math.round(size(name) / 1024 / 1024)),
    [4, 7],
  );
  first[0]!();
  append(1);
  t.deepEqual(
    JOURNALS.map((name) => Math.round(size(name) / 1024 / 1024)),
    [1, 7],
  );
  for (const release of second) release();
  await journal.close();
});

test('turns that only the journal has are taken into the store, once, in their order', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await store.commit(turn('web', [event(store.nextCursor())]));
  await store.close();
  // The store as it was before the next turns, and the journal after them: as LMDB had not come to it when the process was killed.
  const before = join(home, 'before.mdb');
  copyFileSync(join(folder, 'data.mdb'), before);
  const second = await openStore({ folder, tracer: tracer() });
  await second.commit(turn('web', [event(second.nextCursor())]));
  await second.commit(turn('web', [event(second.nextCursor()), event(second.nextCursor())]));
  await second.commit(turn('gone', [event(second.nextCursor())]));
  await second.commit(turn('gone', [], { record: null }));
  const journals = JOURNALS.map((name) => readFileSync(join(folder, name)));
  await second.close();
  copyFileSync(before, join(folder, 'data.mdb'));
  JOURNALS.forEach((name, i) => {
    writeFileSync(join(folder, name), journals[i]!);
  });

  const lines = tracer();
  const third = await openStore({ folder, tracer: lines });
  t.deepEqual(
    third.load().map(({ id, sequence }) => [id, sequence]),
    [['web', 4]],
  );
  t.deepEqual(
    third.eventsAfter(0, 10).events.map(({ cursor }) => cursor),
    [1, 2, 3, 4, 5],
  );
  t.is(third.nextCursor(), 6);
  await third.close();
  t.deepEqual(
    JOURNALS.map((name) => statSync(join(folder, name)).size),
    [0, 0],
  );
  t.true(lines.lines.some((line) => line.includes('"turns":4')));
});

test('an old journal does not undo what the store has had since', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await store.commit(turn('web', [event(store.nextCursor())]));
  const old = readFileSync(join(folder, 'journal.0'));
  t.true(old.length > 0);
  await store.commit(turn('web', [event(store.nextCursor())]));
  await store.close();
  appendFileSync(join(folder, 'journal.0'), old);
  const again = await openStore({ folder, tracer: tracer() });
  t.is(again.load()[0]?.sequence, 2);
  await again.close();
});

test('a copy of the store taken at any moment opens with all that was committed before it', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  const store = await openStore({ folder, tracer: tracer() });
  for (let n = 1; n <= 12; n++) {
    await store.commit(turn('web', [event(store.nextCursor())]));
    const copy = join(home, `copy${n}`);
    // Journal first: what LMDB takes in meanwhile is in both.
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith('.mdb') });
    copyFileSync(join(folder, 'data.mdb'), join(copy, 'data.mdb'));
    const opened = await openStore({ folder: copy, tracer: tracer() });
    t.is(opened.lastCursor(), n);
    t.is(opened.load()[0]?.sequence, n);
    await opened.close();
  }
  await store.close();
});
