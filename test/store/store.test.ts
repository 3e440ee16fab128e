import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { isRuntimeError } from '#src/core/errors.js';
import { markOpening } from '#src/store/damage.js';
import { openEnvironment } from '#src/store/environment.js';
import { openStore } from '#src/store/openStore.js';
import { migrate } from '#src/store/schema.js';
import { event, record, temporaryFolder, tracer, turn } from './support.js';

test('a committed turn is read back, record and events together, by the next opening', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const first = await openStore({ folder, tracer: tracer() });
  t.is(first.lastCursor(), 0);
  const cursors = [first.nextCursor(), first.nextCursor()];
  t.deepEqual(cursors, [1, 2]);
  const events = cursors.map((cursor) => event(cursor));
  await first.commit(turn('web', events, { durable: true }));
  await first.commit(turn('gone', []));
  await first.commit(turn('gone', [], { record: null }));
  t.is(first.lastCursor(), 2);
  await first.close();

  const second = await openStore({ folder, tracer: tracer() });
  t.deepEqual(second.load(), [record('web', { sequence: 2 })]);
  t.deepEqual(second.eventsAfter(0, 10), { events, expired: false });
  t.deepEqual(second.eventsAfter(1, 10), { events: [events[1]!], expired: false });
  t.deepEqual(second.eventsAfter(0, 1), { events: [events[0]!], expired: false });
  t.deepEqual(second.eventsAfter(2, 10), { events: [], expired: false });
  t.is(second.nextCursor(), 3);
  await second.close();
});

test('events of a durable turn are shown only once the disk has them', async (t) => {
  const store = await openStore({ folder: join(await temporaryFolder(t), 'store'), tracer: tracer() });
  const done = store.commit(turn('web', [event(store.nextCursor())], { durable: true }));
  t.is(store.lastCursor(), 0);
  t.deepEqual(store.eventsAfter(0, 10).events, []);
  await done;
  t.is(store.eventsAfter(0, 10).events.length, 1);
  await store.close();
});

test('many turns at once all arrive, each container with its last record', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await Promise.all(
    Array.from({ length: 2000 }, (_, i) => store.commit(turn(`c${i % 50}`, [event(store.nextCursor())]))),
  );
  t.is(store.lastCursor(), 2000);
  t.deepEqual(
    store.eventsAfter(0, 3000).events.map((e) => e.cursor),
    Array.from({ length: 2000 }, (_, i) => i + 1),
  );
  await store.close();
  const again = await openStore({ folder, tracer: tracer() });
  t.is(again.load().length, 50);
  t.is(again.load().find((r) => r.id === 'c49')?.sequence, 2000);
  await again.close();
});

test('events over the size limit are pruned from the old end, and an older position is then expired', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const retention = { bytes: 20_000, ageMs: Infinity };
  const store = await openStore({ folder, tracer: tracer(), retention });
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 50 }, () => store.commit(turn('web', [event(store.nextCursor())]))));
  }
  await store.close();
  const again = await openStore({ folder, tracer: tracer(), retention });
  t.true(again.eventsAfter(0, 1).expired);
  t.is(again.lastCursor(), 1000);
  let oldest = 999;
  while (!again.eventsAfter(oldest - 1, 1).expired) oldest--;
  const kept = again.eventsAfter(oldest, 2000).events;
  t.is(kept.length, 1000 - oldest);
  const bytes = kept.reduce((sum, e) => sum + JSON.stringify(e).length, 0);
  t.true(bytes <= 20_000 && bytes > 15_000, `${bytes} bytes are kept`);
  await again.close();
});

test('events over the age limit are pruned at opening; the cursor goes on even when none is left', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await store.commit(turn('web', [event(store.nextCursor()), event(store.nextCursor())]));
  await store.close();
  const later = Date.now() + 31 * 24 * 60 * 60 * 1000;
  const old = await openStore({ folder, tracer: tracer(), now: () => later });
  await old.close();
  const again = await openStore({ folder, tracer: tracer() });
  t.true(again.eventsAfter(0, 10).expired);
  t.false(again.eventsAfter(2, 10).expired);
  t.is(again.lastCursor(), 2);
  t.is(again.nextCursor(), 3);
  t.is(again.load().length, 1);
  await again.close();
});

test('a position that this store never gave out is expired', async (t) => {
  const store = await openStore({ folder: join(await temporaryFolder(t), 'store'), tracer: tracer() });
  t.true(store.eventsAfter(5, 10).expired);
  await store.close();
});

test('a page that an unreadable event makes shorter is not filled up with events that lie further on', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  for (let i = 0; i < 5; i++) await store.commit(turn('web', [event(store.nextCursor())]));
  await store.close();
  const environment = openEnvironment(folder);
  await environment.events.put(2, '{"type":"start"}');
  await environment.root.close();

  const again = await openStore({ folder, tracer: tracer() });
  // On its way into LMDB.
  await again.commit(turn('web', [event(again.nextCursor())]));
  const read: number[] = [];
  for (;;) {
    const { events } = again.eventsAfter(read.at(-1) ?? 0, 3);
    if (events.length === 0) break;
    read.push(...events.map(({ cursor }) => cursor));
  }
  t.deepEqual(read, [1, 3, 4, 5, 6]);
  await again.close();
});

test('an unreadable record or event is kept aside and told, the others are read', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await store.commit(turn('web', [event(store.nextCursor()), event(store.nextCursor()), event(store.nextCursor())]));
  await store.close();
  const environment = openEnvironment(folder);
  await environment.containers.put('bad', '{"version":99}');
  await environment.containers.put('worse', 'not JSON');
  await environment.events.put(2, '{"type":"start"}');
  await environment.root.close();

  const lines = tracer();
  const again = await openStore({ folder, tracer: lines });
  t.deepEqual(
    again.load().map((r) => r.id),
    ['web'],
  );
  t.deepEqual(
    again.eventsAfter(0, 10).events.map((e) => e.cursor),
    [1, 3],
  );
  await again.close();
  t.is(lines.lines.filter((l) => l.includes('kept aside')).length, 3);
  const after = openEnvironment(folder);
  const kept = Array.from(after.unreadable.getRange()).map(({ key, value }) => [
    key.split(':').slice(0, 2).join(':'),
    value,
  ]);
  t.deepEqual(kept, [
    ['containers:bad', '{"version":99}'],
    ['containers:worse', 'not JSON'],
    ['events:2', '{"type":"start"}'],
  ]);
  t.deepEqual(Array.from(after.containers.getKeys()), ['web']);
  await after.root.close();
});

const damages: Record<string, (file: string) => void> = {
  'another kind of file': (file) => {
    writeFileSync(file, Buffer.alloc(65_536, 0x5a));
  },
  zeros: (file) => {
    writeFileSync(file, Buffer.alloc(65_536));
  },
  'a few bytes': (file) => {
    writeFileSync(file, 'short');
  },
};
for (const [name, damage] of Object.entries(damages)) {
  test(`a store file that is ${name} is set aside whole, told, and cursors go on above the old ones`, async (t) => {
    const home = await temporaryFolder(t);
    const folder = join(home, 'store');
    const store = await openStore({ folder, tracer: tracer() });
    await store.commit(turn('web', [event(store.nextCursor())]));
    await store.close();
    damage(join(folder, 'data.mdb'));
    const lines = tracer();
    const again = await openStore({ folder, tracer: lines });
    t.deepEqual(again.load(), []);
    t.true(again.nextCursor() > 1_000_000);
    t.true(again.eventsAfter(1, 10).expired);
    await again.commit(turn('new', [event(again.lastCursor() + 1)]));
    await again.close();
    t.is(lines.lines.filter((l) => l.startsWith('error the store is damaged')).length, 1);
    const aside = readdirSync(home).filter((n) => n.startsWith('store.damaged-'));
    t.is(aside.length, 1);
    t.true(existsSync(join(home, aside[0]!, 'data.mdb')));
  });
}

/** The leaf that has this text: where there are several, the newest. */
function pageWith(bytes: Buffer, text: string): number {
  let found = 0;
  for (let page = 2; page * 4096 < bytes.length; page++) {
    const leaf = bytes.readUInt16LE(page * 4096 + 18) === 2;
    // What lies below its entries is left over.
    const entries = page * 4096 + 24 + bytes.readUInt16LE(page * 4096 + 22);
    if (!leaf || !bytes.subarray(entries, (page + 1) * 4096).includes(text)) continue;
    const age = (n: number): bigint => bytes.readBigUInt64LE(n * 4096 + 8);
    if (found === 0 || age(page) > age(found)) found = page;
  }
  return found;
}

test('of a store with a bad page of records the others are saved, and cursors go on above the old ones', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  const store = await openStore({ folder, tracer: tracer() });
  for (let i = 0; i < 500; i++) await store.commit(turn(`c${i}`, [event(store.nextCursor())]));
  await store.close();
  const path = join(folder, 'data.mdb');
  const bytes = readFileSync(path);
  const page = pageWith(bytes, '"id":"c77"');
  bytes.fill(0xff, page * 4096, (page + 1) * 4096);
  // One bad event, and no position is known.
  bytes.writeUInt8(0xff, pageWith(bytes, '"cursor":77,') * 4096);
  writeFileSync(path, bytes);
  const lines = tracer();
  const again = await openStore({ folder, tracer: lines });
  const ids = again.load().map(({ id }) => id);
  t.false(ids.includes('c77'));
  t.true(ids.length > 450, String(ids.length));
  t.true(again.eventsAfter(1, 10).expired);
  t.true(again.nextCursor() > 1_000_000);
  await again.close();
  t.regex(
    lines.lines.join('\n'),
    new RegExp(`error the store is damaged.*"why":"page [^"]*".*"containers":${ids.length}`),
  );
  t.is(readdirSync(home).filter((name) => name.startsWith('store.damaged-')).length, 1);
});

test('a store that is cut short is set aside, and said to be', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  for (let i = 0; i < 500; i++) await store.commit(turn(`c${i}`, [event(store.nextCursor())]));
  await store.close();
  truncateSync(join(folder, 'data.mdb'), 32_768);
  const lines = tracer();
  const again = await openStore({ folder, tracer: lines });
  t.true(again.load().length < 500);
  await again.close();
  t.regex(lines.lines.join('\n'), /error the store is damaged.*lies outside of the file/);
});

test('of a store with one bad byte in an event all containers are saved, and the journal’s turns count', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  const store = await openStore({ folder, tracer: tracer() });
  for (let i = 0; i < 300; i++) await store.commit(turn(`c${i}`, [event(store.nextCursor())]));
  await store.close();
  const path = join(folder, 'data.mdb');
  const writer = spawnSync(process.execPath, [join(import.meta.dirname, 'killedWriter.js'), folder, 'once'], {
    encoding: 'utf8',
  });
  t.is(writer.signal, 'SIGKILL', writer.stderr);
  const written = writer.stdout.trim().split('\n').at(-1)!.split(' ')[0]!;
  const bytes = readFileSync(path);
  // Its own number.
  bytes.writeUInt8(0xff, pageWith(bytes, '"cursor":77,') * 4096);
  writeFileSync(path, bytes);
  const again = await openStore({ folder, tracer: tracer() });
  const ids = again.load().map(({ id }) => id);
  for (let i = 0; i < 300; i++) t.true(ids.includes(`c${i}`), `c${i}`);
  t.true(ids.includes(written), written);
  t.true(again.eventsAfter(0, 10).expired);
  await again.close();
});

test('a store that was being replaced when the process died is found again', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await store.commit(turn('web', [event(store.nextCursor())]));
  await store.close();
  renameSync(folder, `${folder}.new`);
  const again = await openStore({ folder, tracer: tracer() });
  t.is(again.load().length, 1);
  await again.close();
});

test('after five openings in a row that the process did not survive, the store is made anew without a loss', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  const first = await openStore({ folder, tracer: tracer() });
  const events = [event(first.nextCursor()), event(first.nextCursor())];
  await first.commit(turn('web', events));
  await first.close();
  for (let death = 1; death <= 5; death++) {
    markOpening(folder);
    const lines = tracer();
    const again = await openStore({ folder, tracer: lines });
    t.deepEqual(again.eventsAfter(0, 10), { events, expired: false });
    t.is(again.load().length, 1);
    // It lives: the count begins anew.
    if (death < 3) await again.settled;
    await again.close();
    t.deepEqual(lines.lines, []);
  }
  for (let death = 1; death <= 5; death++) markOpening(folder);
  const lines = tracer();
  const again = await openStore({ folder, tracer: lines });
  t.regex(lines.lines[0] ?? '', /ended 5 times in a row.*"containers":1,"events":2/);
  t.deepEqual(again.eventsAfter(0, 10), { events, expired: false });
  t.is(again.nextCursor(), 3);
  t.is(again.load().length, 1);
  await again.close();
});

test('a damaged store of a newer version is not touched', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'store');
  await (await openStore({ folder, tracer: tracer() })).close();
  const environment = openEnvironment(folder);
  await environment.meta.put('schema', '2');
  await environment.root.close();
  for (let death = 1; death <= 5; death++) markOpening(folder);
  const error = await t.throwsAsync(openStore({ folder, tracer: tracer() }));
  t.true(isRuntimeError(error) && error.code === 'versionMismatch');
  t.deepEqual(
    readdirSync(home).filter((name) => name.includes('damaged')),
    [],
  );
});

test('a store of a newer version is refused and not touched', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  await (await openStore({ folder, tracer: tracer() })).close();
  const environment = openEnvironment(folder);
  await environment.meta.put('schema', '2');
  await environment.root.close();
  const error = await t.throwsAsync(openStore({ folder, tracer: tracer() }));
  t.true(isRuntimeError(error) && error.code === 'versionMismatch');
});

test('migrations run one after another, all or none', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  await (await openStore({ folder, tracer: tracer() })).close();
  const environment = openEnvironment(folder);
  const failing = {
    1: () => {
      environment.containers.putSync('a', 'one');
    },
    2: () => {
      throw new Error('cannot');
    },
  };
  t.throws(() => {
    migrate(environment, folder, 1, 3, failing);
  });
  t.is(environment.meta.get('schema'), '1');
  t.is(environment.containers.get('a'), undefined);
  migrate(environment, folder, 1, 3, {
    ...failing,
    2: () => {
      environment.containers.putSync('b', environment.containers.get('a') ?? 'missing');
    },
  });
  t.is(environment.meta.get('schema'), '3');
  t.is(environment.containers.get('b'), 'one');
  await environment.root.close();
});

test('replay decodes more than 100,000 events in a second of processor time', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const writer = await openStore({ folder, tracer: tracer() });
  const count = 100_000;
  for (let i = 0; i < count; i += 10_000) {
    await writer.commit(
      turn(
        'web',
        Array.from({ length: 10_000 }, () => event(writer.nextCursor())),
      ),
    );
  }
  await writer.close();
  const store = await openStore({ folder, tracer: tracer() });
  // Processor time, not the clock's: other tests run at the same time. The bench has the real figure.
  const start = process.cpuUsage();
  let after = 0;
  while (after < count) after = store.eventsAfter(after, 512).events.at(-1)!.cursor;
  const { user, system } = process.cpuUsage(start);
  await store.close();
  const rate = Math.round((count / (user + system)) * 1e6);
  t.true(rate > 100_000, `${rate} a second`);
});

test('a disk that is full fails the turn with unavailable, and what was there before stays', async (t) => {
  const folder = join(await temporaryFolder(t), 'store');
  const store = await openStore({ folder, tracer: tracer() });
  await store.commit(turn('web', [event(store.nextCursor())]));
  await store.close();
  t.true(existsSync(join(folder, 'data.mdb')));
  const writer = join(import.meta.dirname, 'fullDisk.js');
  const ran = spawnSync(
    'sh',
    ['-c', `trap '' XFSZ; ulimit -f 128; exec "$0" "$1" "$2"`, process.execPath, writer, folder],
    {
      encoding: 'utf8',
    },
  );
  t.is(ran.status, 0, ran.stderr);
  t.regex(ran.stdout, /^unavailable: store .* cannot be written: /);
  const again = await openStore({ folder, tracer: tracer() });
  t.is(again.load().find((r) => r.id === 'web')?.id, 'web');
  const kept = again.eventsAfter(0, 100_000).events;
  t.deepEqual(
    kept.map((e) => e.cursor),
    kept.map((_, i) => i + 1),
  );
  await again.close();
});
