/** Output in terminals: over the real host and real programs. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Client } from 'hostcompute/client';
import { HCS, Home } from '../../../../test/e2e/support.js';
import { Supervisor } from '../../src/host/supervisor.js';
import { Keys, KEYS_LOST } from '../../src/terminal/keys.js';
import { copyLog, copyStream } from '../../src/terminal/output.js';
import { PacedText } from '../../src/terminal/paced.js';

function supervisor(home: Home): Supervisor {
  return new Supervisor({
    locate: () => ({ command: process.execPath, args: [HCS], source: 'setting', shown: HCS }),
    env: () => home.env as Record<string, string>,
    cwd: () => undefined,
    version: '0.0.1',
    log: () => undefined,
    backoff: { firstMs: 50, mostMs: 200, attempts: 20, steadyMs: 60_000 },
  });
}

test('text comes whole over pieces that cut characters, with carriage returns where they lack', async (t) => {
  const texts: string[] = [];
  const paced = new PacedText((text) => texts.push(text), true);
  const bytes = Buffer.from('größe\nnext\r\nlast\r');
  for (const byte of bytes) await paced.write(Uint8Array.of(byte));
  await paced.write(Buffer.from('\nend'));
  paced.end();
  t.is(texts.join(''), 'größe\r\nnext\r\nlast\r\nend');
});

test('much at once is given in pieces with pauses', async (t) => {
  const sizes: number[] = [];
  const paced = new PacedText((text) => sizes.push(text.length), false);
  const began = Date.now();
  await paced.write(Buffer.alloc(1024 * 1024, 'x'));
  t.true(Math.max(...sizes) <= 64 * 1024);
  t.is(
    sizes.reduce((sum, size) => sum + size, 0),
    1024 * 1024,
  );
  t.true(Date.now() - began > 100);
});

test('output is whole and told once, though host and engine are killed meanwhile', async (t) => {
  const home = await Home.make(t);
  const made = supervisor(home);
  t.teardown(() => made.dispose());
  const client = await made.connected();
  const script = 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo "line $i"; sleep 0.1; done';
  const spec = { ociVersion: '1.0.2', process: { cwd: '/', args: ['sh', '-c', script] } };
  await client.create({ id: 'talk', spec, builtinBase: true });
  await client.start({ id: 'talk', foreground: ['stdout'] });
  const texts = { stream: '', log: '' };
  const signal = new AbortController().signal;
  const connect = (): Promise<Client> => made.resumed();
  const both = Promise.all([
    copyStream(
      connect,
      client,
      { id: 'talk' },
      'stdout',
      (bytes) => Promise.resolve(void (texts.stream += Buffer.from(bytes).toString())),
      signal,
    ),
    copyLog(
      connect,
      { id: 'talk' },
      ({ data }) => Promise.resolve(void (texts.log += Buffer.from(data).toString())),
      signal,
    ),
  ]);
  while (!texts.log.includes('line 10\n') || !texts.stream.includes('line 10\n')) await sleep(20);
  const { state } = made;
  process.kill(await home.enginePid(), 'SIGKILL');
  if (state.kind === 'running') process.kill(state.pid, 'SIGKILL');
  await both;
  const whole = Array.from({ length: 60 }, (_, i) => `line ${i + 1}\n`).join('');
  t.is(texts.stream, whole);
  t.is(texts.log, whole);
});

test('keys reach the program also when typed before it was there and after the host was killed; when the engine was killed they are said to be lost, once', async (t) => {
  const home = await Home.make(t);
  const made = supervisor(home);
  t.teardown(() => made.dispose());
  const client = await made.connected();
  const script = 'while :; do if read line; then echo "got $line"; else sleep 0.1; fi; done';
  const spec = { ociVersion: '1.0.2', process: { cwd: '/', args: ['sh', '-c', script] } };
  await client.create({ id: 'ears', spec, builtinBase: true });
  const { stdio } = await client.start({ id: 'ears', stdin: true });
  let heard = '';
  const over = new AbortController();
  const output = copyStream(
    () => made.resumed(),
    undefined,
    { id: 'ears' },
    'stdout',
    (bytes) => Promise.resolve(void (heard += Buffer.from(bytes).toString())),
    over.signal,
  );
  const told: string[] = [];
  const keys = new Keys((text) => told.push(text));
  keys.type('early\n');
  await keys.open(stdio.stdin);
  keys.type('one\n');
  while (!heard.includes('got one\n')) await sleep(20);
  const { state } = made;
  if (state.kind === 'running') process.kill(state.pid, 'SIGKILL');
  await client.closed;
  keys.type('two\n');
  while (!heard.includes('got two\n')) await sleep(20);
  t.is(heard, 'got early\ngot one\ngot two\n');
  t.deepEqual(told, []);
  process.kill(await home.enginePid(), 'SIGKILL');
  while (told.length === 0) {
    keys.type('x');
    await sleep(20);
  }
  keys.type('y');
  t.deepEqual(told, [KEYS_LOST]);
  over.abort();
  await output.catch(() => undefined);
});

test('a program without stdin gets no keys, and that is said when one is typed', async (t) => {
  const told: string[] = [];
  const keys = new Keys((text) => told.push(text));
  await keys.open(undefined);
  t.deepEqual(told, []);
  keys.type('x');
  keys.type('y');
  t.deepEqual(told, [KEYS_LOST]);
});
