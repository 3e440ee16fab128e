/** run and its kin with the real engine and the simulated HCS: codes, streams, signals, terminals, and engines that die. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { promisify } from 'node:util';
import test from 'ava';
import { isRight } from 'fp-ts/lib/Either.js';
import * as pty from 'node-pty';
import { BODIES } from '#src/cli/schema/documents.js';
import { HCS, Home } from '../helpers/cli.js';

/** What a stream says, kept from the first byte on. */
class Heard {
  text = '';
  readonly ended: Promise<void>;
  private readonly waiting = new Set<() => void>();

  constructor(stream: Readable) {
    const wake = (): void => {
      for (const one of this.waiting) one();
      this.waiting.clear();
    };
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      wake();
    });
    this.ended = new Promise((resolve) => stream.once('close', resolve));
    void this.ended.then(() => {
      this.over = true;
      wake();
    });
  }

  /** Resolves when it has said this. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      if (this.over) throw new Error(`ended without ${String(pattern)}: ${this.text}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }
  private over = false;
}

/** A started command: what it says, and how it ends. `listen` false: its output is the caller's to read. */
function begin(
  home: Home,
  args: readonly string[],
  listen = true,
): { child: ChildProcess; out: Heard; errors: Heard; ended: Promise<unknown[]> } {
  const child = home.start(args);
  return {
    child,
    out: new Heard(listen ? (child.stdout as Readable) : Readable.from([])),
    errors: new Heard(child.stderr as Readable),
    ended: once(child, 'exit'),
  };
}

test('the exit code is the program’s; above 255 it is 255, and the report has the true one', async (t) => {
  const home = await Home.make(t);
  for (const code of [0, 1, 42, 125, 255]) {
    t.is((await home.hcs(['run', '--rm', 'cmd', '/c', `exit ${code}`])).status, code);
  }
  const report = join(home.folder, 'report.json');
  t.is((await home.hcs(['run', '--rm', '--report', report, 'cmd', '/c', 'exit -1073741510'])).status, 255);
  const document = JSON.parse(await readFile(report, 'utf8')) as object;
  t.like(document, {
    schema: 'hostcompute.run/v1',
    ok: true,
    exitCode: 3221225786,
    exitCodeHex: '0xC000013A',
    exitName: 'STATUS_CONTROL_C_EXIT',
  } as never);
  t.true(isRight(BODIES['run']!.decode(document)));
});

test('a captured run has both streams apart, in one document, and passes the code on', async (t) => {
  const home = await Home.make(t);
  const ran = await home.hcs(['run', '--rm', '--json', '--', 'sh', '-c', 'printf "größe\\377"; echo err >&2; exit 5']);
  t.is(ran.status, 5);
  t.is(ran.stderr, '');
  const document = JSON.parse(ran.stdout) as { id: string; stdoutBase64: string };
  t.like(document, { ok: true, exitCode: 5, stderr: 'err\n', truncated: false } as never);
  t.regex(document.id, /^hcs-[0-9a-f]{12}$/);
  t.deepEqual(Buffer.from(document.stdoutBase64, 'base64'), Buffer.concat([Buffer.from('größe'), Buffer.from([0xff])]));
});

test('of a long output the first MiB is captured, and the program is not held up by the rest', async (t) => {
  const home = await Home.make(t);
  const ran = await home.hcs(['run', '--rm', '--json', '--', 'sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x']);
  const document = JSON.parse(ran.stdout) as { stdout: string; stdoutBytes: number; truncated: boolean };
  t.is(document.stdout.length, 1 << 20);
  t.is(document.stdoutBytes, 3_000_000);
  t.true(document.truncated);
});

test('many megabytes go through whole, both ways', async (t) => {
  const home = await Home.make(t);
  const input = Buffer.alloc(8 << 20);
  for (let i = 0; i < input.length; i += 4) input.writeUInt32LE(i, i);
  const { child, ended, errors } = begin(home, ['run', '--rm', '-i', 'cat'], false);
  // When the command cannot start its engine it reads nothing: its own words are the better report.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as Readable) chunks.push(chunk as Buffer);
  t.deepEqual(await ended, [0, null], errors.text);
  t.true(Buffer.concat(chunks).equals(input));
});

test('a program that ends, or closes its stdin, before it has read its input ends the writing, too', async (t) => {
  const home = await Home.make(t);
  const gate = join(home.folder, 'gate');
  for (const script of ['exit 6', `exec 0<&-; while [ ! -e ${gate} ]; do sleep 0.05; done; exit 6`]) {
    const { child, ended, errors } = begin(home, ['run', '--rm', '-i', '--', 'sh', '-c', script]);
    const refused = once(child.stdin as Writable, 'error') as Promise<[NodeJS.ErrnoException]>;
    child.stdin?.write(Buffer.alloc(8 << 20));
    const [{ code }] = await refused;
    t.regex(code ?? '', /EPIPE|ECONNRESET/);
    await writeFile(gate, '');
    t.deepEqual(await ended, [6, null], errors.text);
  }
});

test('an engine that is killed under a running program costs nothing but time', async (t) => {
  const home = await Home.make(t);
  const script = 'i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); sleep 0.05; done; exit 9';
  const { out, ended } = begin(home, ['run', '--rm', '--', 'sh', '-c', script]);
  await out.until(/line 5\n/);
  process.kill(await home.enginePid(), 'SIGKILL');
  t.deepEqual(await ended, [9, null]);
  await out.ended;
  t.is(out.text, Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join(''));
  t.deepEqual(await home.items(), []);
});

test('wait and logs --follow go on when the engine is killed: nothing twice, nothing missing, the true code', async (t) => {
  const home = await Home.make(t);
  // Five lines, and five more for each file.
  const program = `n=0; for file in a b c; do
    m=0; while [ $m -lt 5 ]; do n=$((n+1)); m=$((m+1)); echo "<$n>"; sleep 0.02; done
    while [ ! -e "$0/$file" ]; do sleep 0.05; done
  done; exit 6`;
  await home.hcs(['run', '-d', '--id', 'web', '--', 'sh', '-c', program, home.folder]);
  const logs = begin(home, ['logs', '--follow', 'web']);
  const tail = begin(home, ['logs', '--follow', '--tail', '1', '--json', 'web']);
  const wait = begin(home, ['wait', 'web', '--json']);
  for (const [file, seen] of [
    ['a', /<5>/],
    ['b', /<10>/],
    ['c', /<15>/],
  ] as const) {
    await Promise.all([logs.out.until(seen), tail.out.until(seen)]);
    if (file !== 'c') process.kill(await home.enginePid(), 'SIGKILL');
    await writeFile(join(home.folder, file), '');
  }
  for (const { out, ended } of [logs, tail, wait]) {
    t.deepEqual(await ended, [0, null], out.text);
    await out.ended;
  }
  t.is(logs.out.text, Array.from({ length: 15 }, (_, i) => `<${i + 1}>\n`).join(''));
  const shown = tail.out.text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text)
    .join('');
  t.true(logs.out.text.endsWith(shown), shown);
  t.like(JSON.parse(wait.out.text), { id: 'web', exitCode: 6 });
});

test('the first Ctrl+C stops the program, and --rm still removes the container', async (t) => {
  const home = await Home.make(t);
  const script = 'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
  const { child, out, ended } = begin(home, ['run', '--rm', '--', 'sh', '-c', script]);
  await out.until(/ready/);
  child.kill('SIGINT');
  t.notDeepEqual(await ended, [0, null]);
  t.deepEqual(await home.items(), []);
});

test('the second Ctrl+C leaves at once', async (t) => {
  const home = await Home.make(t);
  // HCS takes the request to shut down and never acts on it.
  await home.hcs(['simulator', 'fault', 'set', 'HcsShutdownComputeSystem', '--hang']);
  const { child, out, ended } = begin(home, ['run', '-i', '--id', 'stubborn', '--', 'sh', '-c', 'echo ready; cat']);
  await out.until(/ready/);
  child.kill('SIGINT');
  // Two signals at once would be one: the first has been heard when the request has reached HCS.
  while (!(await home.hcs(['simulator', 'fault', 'list'])).stdout.includes('"struck":1'));
  child.kill('SIGINT');
  t.deepEqual(await ended, [130, null]);
  await home.hcs(['simulator', 'fault', 'clear']);
});

test('--max-time ends an overstaying program with 124, and says so in the document, or on stderr', async (t) => {
  const home = await Home.make(t);
  const ran = await home.hcs(['run', '--rm', '--json', '--max-time', '300ms', 'sleep', '60']);
  t.is(ran.status, 124);
  t.like(JSON.parse(ran.stdout), { ok: true, timedOut: true, exitCode: 1067 } as never);
  t.is(ran.stderr, '');
  const report = join(home.folder, 'report.json');
  const plain = await home.hcs(['run', '--rm', '--max-time', '300ms', '--report', report, 'sleep', '60']);
  t.is(plain.status, 124);
  t.like(JSON.parse(await readFile(report, 'utf8')), { timedOut: true, status: 124 } as never);
  t.is(plain.stderr, 'hcs: the program was ended: the time of --max-time was over\n');
});

test('a reader that goes away ends the program', async (t) => {
  const home = await Home.make(t);
  const { child, out, ended } = begin(home, ['run', '--rm', 'yes']);
  await out.until(/y\n/);
  child.stdout?.destroy();
  await ended;
  t.deepEqual(await home.items(), []);
});

test('output that cannot be written ends the program with one line and 125, and the command with it', async (t) => {
  const home = await Home.make(t);
  const full = await open('/dev/full', 'w');
  t.teardown(() => full.close());
  const stubborn = ['sh', '-c', 'echo hi; echo ho >&2; sleep 600'];
  t.is((await home.hcs(['run', '-d', '--id', 'web', 'sleep', '600'])).status, 0);
  for (const argv of [
    ['run', '--rm', ...stubborn],
    ['exec', 'web', ...stubborn],
  ]) {
    const child = spawn(process.execPath, [HCS, ...argv], { env: home.env, stdio: ['ignore', full.fd, 'pipe'] });
    const err = new Heard(child.stderr as Readable);
    t.deepEqual(await once(child, 'exit'), [125, null]);
    await err.ended;
    t.regex(err.text, /^(?:ho\n)?hcs: ENOSPC[^\n]*\n$/);
  }
  t.is((await home.items())?.length, 1);
});

for (const verb of ['list', 'logs', 'help', 'nonsense'])
  test(`hcs ${verb} onto a full disk fails with one line and no trace`, async (t) => {
    const home = await Home.make(t);
    const full = await open('/dev/full', 'w');
    t.teardown(() => full.close());
    const child = spawn(process.execPath, [HCS, verb, 'web'], { env: home.env, stdio: ['ignore', full.fd, 'pipe'] });
    const err = new Heard(child.stderr as Readable);
    const [status] = (await once(child, 'exit')) as [number];
    t.true(status > 0);
    await err.ended;
    t.regex(err.text, /^hcs: [^\n]*\n$/);
  });

test('run -it gives the program a terminal of our size, follows its changes, and puts the terminal back', async (t) => {
  const home = await Home.make(t);
  const terminal = pty.spawn('sh', ['-c', `${process.execPath} ${HCS} run --rm -it -- sh; echo "status $?"; stty -a`], {
    cols: 101,
    rows: 33,
    env: home.env,
  });
  let all = '';
  const waiting = new Set<() => void>();
  terminal.onData((text) => {
    all += text;
    for (const wake of waiting) wake();
  });
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(all)) {
      await new Promise<void>((resolve) => waiting.add(resolve));
      waiting.clear();
    }
  };
  const ended = new Promise<void>((resolve) =>
    terminal.onExit(() => {
      resolve();
    }),
  );
  // The marks are put together by the shell, so that the echo of what is typed does not match.
  terminal.write('echo S"IZE" $(stty size)\n');
  await until(/SIZE 33 101/);
  terminal.resize(90, 20);
  terminal.write('while [ "$(stty size)" != "20 90" ]; do sleep 0.05; done; echo RE"SIZED"\n');
  await until(/RESIZED/);
  terminal.write('echo WAIT"ING"; sleep 60; echo status $?\n');
  await until(/WAITING/);
  terminal.write('\x03');
  terminal.write('echo AL"IVE"\n');
  await until(/ALIVE/);
  terminal.write('exit 6\n');
  await until(/status 6/);
  await ended;
  // Cooked again: echo and line editing are on.
  t.regex(all.slice(all.lastIndexOf('status 6')), /[^-]icanon[^]*[^-]echo /);
});

test('attach follows a program to its end and takes over its code', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', 'echo before; cat; echo after; exit 4']);
  const { out, ended } = begin(home, ['attach', '--replay', 'web']);
  await out.until(/before\n/);
  await home.hcs(['close-stdin', 'web']);
  t.deepEqual(await ended, [4, null]);
  await out.ended;
  t.is(out.text, 'before\nafter\n');
});

test('attach -i writes to a program that run -d -i left, however much later; there is one writer', async (t) => {
  const home = await Home.make(t);
  home.env['HCS_TIMEOUT_ATTACH_MS'] = '200';
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', 'cat; exit 4']);
  await home.hcs(['run', '-d', '--id', 'deaf', '--', 'sleep', '600']);
  const none = await home.hcs(['attach', '-i', 'deaf']);
  t.is(none.status, 125);
  t.regex(none.stderr, /stdin of deaf is not to be had/);
  const { child, out, ended } = begin(home, ['attach', '-i', 'web']);
  child.stdin!.write('one\n');
  await out.until(/one\n/);
  t.is((await home.hcs(['attach', '-i', 'web'])).status, 125);
  child.stdin!.end('two\n');
  t.deepEqual(await ended, [4, null]);
  await out.ended;
  t.is(out.text, 'one\ntwo\n');
});

test('attach -i that is left, by Ctrl+C, by a kill or with --keep-stdin, leaves the stdin open for the next one', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', 'cat; exit 4']);
  for (const [signal, end] of [
    ['SIGINT', [130, null]],
    ['SIGKILL', [null, 'SIGKILL']],
  ] as const) {
    const { child, out, ended } = begin(home, ['attach', '-i', 'web']);
    child.stdin!.write(`${signal}\n`);
    await out.until(new RegExp(`${signal}\n`, 'u'));
    child.kill(signal);
    t.deepEqual(await ended, end as never);
  }
  // At once, though the engine takes a moment to see that somebody who was killed is gone.
  t.is((await home.hcs(['attach', '-i', '--keep-stdin', 'web'], 'one\n')).status, 0);
  t.is((await home.hcs(['attach', '-i', '--keep-stdin', 'web'], 'two\n')).status, 0);
  t.is((await home.hcs(['attach', '--keep-stdin', 'web'])).status, 2);
  t.is((await home.hcs(['attach', '-i', '--replay', 'web'], 'three\n')).status, 4);
  t.is((await home.hcs(['logs', 'web'])).stdout, 'SIGINT\nSIGKILL\none\ntwo\nthree\n');
  const late = await home.hcs(['attach', '-i', '--keep-stdin', 'web'], 'x\n');
  t.is(late.status, 4);
});

test('--timeout bounds what follows a program: status 124 and a line on stderr, and the program runs on', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', 'echo begun; cat; exit 4']);
  const told = 'hcs: followed for 1500 ms, the time of --timeout\n';
  const bounded = ['--timeout', '1500ms'];
  t.like(await home.hcs(['logs', 'web', '--follow', ...bounded]), { status: 124, stdout: 'begun\n', stderr: told });
  t.like(await home.hcs(['attach', 'web', '--replay', ...bounded]), { status: 124, stdout: 'begun\n', stderr: told });
  const writer = begin(home, ['attach', '-i', 'web', ...bounded]);
  t.deepEqual(await writer.ended, [124, null]);
  t.is((await home.hcs(['attach', '-i', 'web', '--replay', '--timeout', '1m'], 'more\n')).status, 4);
  t.like(await home.hcs(['logs', 'web', '--follow', ...bounded]), { status: 0, stdout: 'begun\nmore\n', stderr: '' });
});

test('attach to a container that is not started yet has all that its program writes', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['create', '--id', 'web', '--', 'sh', '-c', 'echo begun; read line']);
  const { out, ended } = begin(home, ['attach', 'web']);
  // It has come once the engine counts it beside who asks: what it sends at first is read before that is answered.
  for (let clients = 0; clients < 2;)
    ({ clients } = (await home.json(['engine', 'status'])) as unknown as { clients: number });
  await home.hcs(['start', 'web']);
  t.deepEqual(await ended, [1, null]);
  await out.ended;
  t.is(out.text, 'begun\n');
});

test('the report of attach tells how the program ended, or why it was left', async (t) => {
  const home = await Home.make(t);
  const file = join(home.folder, 'report.json');
  const told = async (): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', 'cat; exit 4']);
  t.is((await home.hcs(['attach', '-i', '--keep-stdin', '--report', file, 'web'], 'one\n')).status, 0);
  const left = { schema: 'hostcompute.attach/v1', ok: true, id: 'web', left: 'stdin' };
  t.deepEqual(await told(), left);
  t.is((await home.hcs(['attach', '--timeout', '200ms', '--report', file, 'web'])).status, 124);
  t.deepEqual(await told(), { ...left, left: 'timeout' });
  t.is((await home.hcs(['attach', '-i', '--report', file, 'web'], 'two\n')).status, 4);
  const document = await told();
  t.like(document, { ok: true, id: 'web', exitCode: 4, left: undefined });
  t.true(isRight(BODIES['attach']!.decode(document)));
  t.is((await home.hcs(['attach', '--report', file, 'nosuch'])).status, 125);
  t.like(await told(), { ok: false, error: { code: 'notFound', hint: 'see: hcs list' } });
});

test('logs --follow ends with the program, events --follow with Ctrl+C', async (t) => {
  const home = await Home.make(t);
  const events = begin(home, ['events', '--follow', '--after', '0', '--json']);
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'sh', '-c', 'echo one; cat; echo two >&2']);
  const logs = begin(home, ['logs', '--follow', '--json', 'web']);
  await logs.out.until(/one/);
  await home.hcs(['close-stdin', 'web']);
  t.deepEqual(await logs.ended, [0, null]);
  await logs.out.ended;
  const lines = (text: string): unknown[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  t.like(lines(logs.out.text), [
    { stream: 'stdout', text: 'one\n' },
    { stream: 'stderr', text: 'two\n' },
  ] as never);
  await events.out.until(/"type":"exit"/);
  for (const event of lines(events.out.text))
    t.like(event, { schema: 'hostcompute.event/v1', containerId: 'web' } as never);
  events.child.kill('SIGINT');
  t.deepEqual(await events.ended, [0, null]);
});

test('events --follow ends with --until and --count, also where what it waits for has happened; --timeout leaves events alone on stdout', async (t) => {
  const home = await Home.make(t);
  const types = (text: string): string[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { type: string }).type);
  await home.hcs(['run', '-d', '-i', '--id', 'web', '--', 'cat']);
  const follow = begin(home, ['events', 'web', '--follow', '--after', '0', '--until', 'delete']);
  await follow.out.until(/"type":"start"/);
  const bounded = await home.hcs(['events', '--follow', '--after', '0', '--timeout', '300ms']);
  t.is(bounded.status, 124);
  t.deepEqual(types(bounded.stdout), ['create', 'start']);
  t.is(bounded.stderr, 'hcs: followed for 300 ms, the time of --timeout\n');
  t.deepEqual(types((await home.hcs(['events', '-f', '--after', '0', '-n', '1'])).stdout), ['create']);
  await home.hcs(['stop', 'web']);
  t.deepEqual(await home.hcs(['events', '-f', 'web', '--until', 'exit']), { status: 0, stdout: '', stderr: '' });
  await home.hcs(['delete', 'web']);
  t.deepEqual(await follow.ended, [0, null]);
  await follow.out.ended;
  t.deepEqual(types(follow.out.text), ['create', 'start', 'stopping', 'exit', 'delete']);
  t.deepEqual(await home.hcs(['events', '-f', 'web', '--until', 'delete']), { status: 0, stdout: '', stderr: '' });
  t.is((await home.hcs(['events', '-f', 'web', '--until', 'exit'])).status, 3);
});

test('the report of a failure has the hint that people get', async (t) => {
  const home = await Home.make(t);
  const report = join(home.folder, 'report.json');
  await home.hcs(['create', '--id', 'web', '--', 'true']);
  const ran = await home.hcs(['exec', '--report', report, 'web', 'true']);
  t.is(ran.status, 125);
  t.regex(ran.stderr, /hcs start web first/);
  t.like(JSON.parse(await readFile(report, 'utf8')), { ok: false, error: { hint: 'hcs start web first' } });
});

test('who runs an image is told that hcs has none, and what it takes', async (t) => {
  const home = await Home.make(t);
  const ran = await home.hcs(['run', '--rm', '--', 'mcr.microsoft.com/windows/nanoserver:ltsc2022', 'cmd']);
  t.is(ran.status, 127);
  t.regex(ran.stderr, /^hcs: [^\n]*the first word is the program, not an image; --layer DIR takes a layer[^\n]*\n$/);
});

test('exec with an unknown container is 125, with an unknown program 127', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['exec', 'nobody', 'true'])).status, 125);
  await home.hcs(['run', '-d', '-i', '--id', 'web', 'cat']);
  const missing = await home.hcs(['exec', 'web', 'no-such-program']);
  t.is(missing.status, 127);
  t.is(missing.stdout, '');
  t.regex(missing.stderr, /^hcs: .*no-such-program[^\n]*\n$/);
});

test('the engine verbs tell, start, stop and clean up', async (t) => {
  const home = await Home.make(t);
  t.like(await home.json(['engine', 'status']), { ok: true, running: false, pid: null } as never);
  const started = await home.json(['engine', 'start']);
  t.like(started, { running: true, backend: 'simulator' } as never);
  t.is(started['pid'], await home.enginePid());
  const restarted = await home.json(['engine', 'restart']);
  t.not(restarted['pid'], started['pid']);
  await home.hcs(['create', '--id', 'web', 'true']);
  t.like(await home.json(['engine', 'uninstall', '--purge']), {
    ok: false,
    error: { code: 'failedPrecondition' },
  } as never);
  await home.hcs(['delete', 'web']);
  t.like(await home.json(['engine', 'uninstall', '--purge']), { ok: true, stopped: true, purged: true } as never);
  t.like(await home.json(['engine', 'status']), { running: false } as never);
  t.like(await home.json(['engine', 'stop']), { ok: true, stopped: false } as never);
});

test('a process that has got the id of a dead engine, or of a dead service, is neither asked nor ended', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['list'])).status, 0);
  const other = spawn('sleep', ['600'], { stdio: 'ignore' });
  t.teardown(() => other.kill('SIGKILL'));
  for (const file of ['simulator/service.json', 'engine.json']) {
    const text = await home.read(file);
    const document = JSON.parse(text) as { pid: number };
    process.kill(document.pid, 'SIGKILL');
    // The engine would start its service again, and write the file anew.
    if (file === 'simulator/service.json') process.kill(await home.enginePid(), 'SIGKILL');
    await writeFile(join(home.folder, file), JSON.stringify({ ...document, pid: other.pid }));
    if (file === 'engine.json') {
      t.like(await home.json(['engine', 'status']), { running: false } as never);
      t.like(await home.json(['engine', 'stop', '--force']), { ok: true, stopped: false } as never);
    }
    t.is((await home.hcs(['run', '--rm', '--', 'sh', '-c', 'exit 5'])).status, 5);
    t.not(await home.enginePid(), other.pid);
  }
  t.is(other.exitCode, null);
  t.is(other.signalCode, null);
});

test('an engine that hangs is not said to be none; stop --force ends it, and containers live on', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', 'sleep', '600']);
  const pid = await home.enginePid();
  process.kill(pid, 'SIGSTOP');
  t.teardown(() => {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // It is gone, as it should be.
    }
  });
  const hangs = new RegExp(`the engine \\(pid ${pid}\\) runs but does not answer`);
  for (const argv of [['list'], ['engine', 'status'], ['engine', 'stop']]) {
    const ran = await home.hcs([...argv, '--timeout', '500ms', '--json']);
    t.is(ran.status, 5, argv.join(' '));
    t.regex(ran.stderr, hangs);
    t.regex((JSON.parse(ran.stdout) as { error: { hint: string } }).error.hint, /hcs engine stop --force/);
  }
  const doctor = await home.hcs(['doctor', '--timeout', '500ms', '--json']);
  t.is(doctor.status, 1);
  t.regex(doctor.stdout, hangs);
  t.like(await home.json(['engine', 'stop', '--force', '--timeout', '5s', '--json']), { stopped: true } as never);
  t.like(await home.items(), [{ id: 'web', status: 'running' }] as never);
});

test('an engine that is silent for a while is waited for, and no other is started beside it', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['list']);
  const pid = await home.enginePid();
  process.kill(pid, 'SIGSTOP');
  // Longer than one handshake.
  const awake = setTimeout(() => process.kill(pid, 'SIGCONT'), 6000);
  t.teardown(() => {
    clearTimeout(awake);
  });
  t.like(await home.json(['list']), { ok: true } as never);
  t.is(await home.enginePid(), pid);
  t.is((await readFile(join(home.folder, 'engine.log'), 'utf8')).match(/the engine starts/g)?.length, 1);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('an engine to which more want to connect than can wait is not taken for dead', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['list']);
  const pid = await home.enginePid();
  const { endpoint } = JSON.parse(await readFile(join(home.folder, 'engine.json'), 'utf8')) as { endpoint: string };
  process.kill(pid, 'SIGSTOP');
  const crowd: Socket[] = [];
  let code: string | undefined;
  while (code === undefined && crowd.length < 5000)
    code = await new Promise<string | undefined>((resolve) => {
      const socket = connect(endpoint);
      crowd.push(socket);
      socket.once('connect', () => {
        resolve(undefined);
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      });
    });
  t.is(code, 'EAGAIN');
  const awake = setTimeout(() => {
    process.kill(pid, 'SIGCONT');
    for (const socket of crowd) socket.destroy();
  }, 1000);
  t.teardown(() => {
    clearTimeout(awake);
  });
  t.like(await home.json(['list']), { ok: true } as never);
  t.is(await home.enginePid(), pid);
});

test('the simulator verbs show calls and make them fail', async (t) => {
  const home = await Home.make(t);
  t.like(
    await home.json(['simulator', 'fault', 'set', 'HcsCreateComputeSystem', '--error', '0x80370105', '--count', '1']),
    { ok: true } as never,
  );
  const failed = await home.json(['create', '--id', 'web', 'true']);
  t.like(failed, { ok: false, error: { hresult: '0x80370105' } } as never);
  const { items } = (await home.json(['simulator', 'trace'])) as { items: { operation: string; hresult: string }[] };
  t.is(items.find(({ operation }) => operation === 'HcsCreateComputeSystem')?.hresult, '0x80370105');
  t.like(await home.json(['simulator', 'fault', 'list']), { items: [{ struck: 1 }] } as never);
  t.like(await home.json(['simulator', 'fault', 'clear']), { cleared: 1 } as never);
});

test('doctor finds this machine well', async (t) => {
  const home = await Home.make(t);
  const report = (await home.json(['doctor'])) as { ok: boolean; checks: { name: string; ok: boolean }[] };
  t.true(report.ok, JSON.stringify(report));
  t.deepEqual(report.checks.map(({ name }) => name).slice(0, 5), ['node', 'dotnet', 'bridge', 'simulator', 'home']);
});

test('a standalone engine is private and ends with its command', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['run', '--rm', '--standalone', 'true'])).status, 0);
  t.like(await home.json(['engine', 'status']), { running: false } as never);
});

test('an --env-file is ours, not that of node, which runs the command', async (t) => {
  const home = await Home.make(t);
  const file = join(home.folder, 'variables');
  await writeFile(file, 'A=one\nHCS_HOME=/nowhere\n');
  const run = promisify(execFile);
  // As npm links it; node reads the line before any program of ours does.
  const options = { env: home.env, timeout: 60_000 };
  const { stdout } = await run(HCS, ['run', '--rm', '--env-file', file, '--', 'sh', '-c', 'echo $A'], options);
  t.is(stdout, 'one\n');
  const missing = await t.throwsAsync(run(HCS, ['run', '--env-file', join(home.folder, 'none'), 'sh'], options));
  t.regex((missing as Error & { stderr: string }).stderr, /^hcs: --env-file .*none cannot be read: ENOENT/);
});

test('a verb on many containers writes nothing to stderr', async (t) => {
  const home = await Home.make(t);
  const ids = Array.from({ length: 14 }, (_, i) => `many-${i}`);
  await Promise.all(ids.map((id) => home.hcs(['create', '--id', id, 'sleep', '1'])));
  const ran = await home.hcs(['delete', ...ids]);
  t.is(ran.stderr, '');
  t.is(ran.status, 0);
});

test('a command that is killed takes the program in its foreground with it, and with --rm the container', async (t) => {
  const home = await Home.make(t);
  const program = ['--', 'sh', '-c', 'echo ready; sleep 600'];
  const until = async (holds: (items: Awaited<ReturnType<Home['items']>>) => boolean): Promise<void> => {
    for (let i = 0; i < 200; i++) {
      if (holds(await home.items())) return;
    }
    t.fail(JSON.stringify(await home.items()));
  };
  const kept = begin(home, ['run', '--id', 'kept', ...program]);
  const passing = begin(home, ['run', '--rm', '--id', 'passing', ...program]);
  await Promise.all([kept.out.until(/ready/), passing.out.until(/ready/)]);
  const exec = begin(home, ['exec', '--exec-id', 'more', 'kept', '--', 'sh', '-c', 'echo ready; sleep 600']);
  await exec.out.until(/ready/);
  exec.child.kill('SIGKILL');
  const ended = await home.hcs(['wait', '--exec-id', 'more', 'kept', '--timeout', '20s']);
  t.is(ended.status, 0, ended.stderr);
  t.is((await home.items())?.length, 2, 'the container of an exec lives on');
  passing.child.kill('SIGKILL');
  await until((items) => items?.length === 1);
  kept.child.kill('SIGKILL');
  await until((items) => items?.[0]?.status === 'stopped');
});
