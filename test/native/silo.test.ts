/** hcs-silo, driven over descriptor 3 as the service drives it (docs/simulator-wire.md 2). */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { SiloFrame, SpawnFlag } from '#src/simulator/siloWire.js';
import { CMD, compile, folder, SiloDriver, stateOf, type Run } from './support.js';

const posix = process.platform === 'linux' ? test : test.skip;
const { stdin, stdout, terminal } = SpawnFlag;
let ends = '';
let workshop = '';

test.before(() => {
  if (process.platform !== 'linux') return;
  workshop = mkdtempSync(join(tmpdir(), 'hnat-'));
  ends = compile('ends', workshop);
});
test.after.always(() => {
  if (workshop !== '') rmSync(workshop, { recursive: true, force: true });
});

/** Someone who holds pipe ends of a program. */
class Holder {
  readonly child: ChildProcess;
  readonly done: Promise<number | null>;
  #out = '';
  #err = '';
  #watch: (() => void) | undefined;

  constructor(silo: SiloDriver, run: Run, mask: number) {
    this.child = spawn(ends, [silo.path, run.ticket.toString('hex'), String(mask)], { stdio: 'pipe' });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString('latin1');
      this.#watch?.();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.#err += chunk.toString('latin1')));
    this.child.stdin?.on('error', () => undefined);
    this.done = new Promise((done) => this.child.once('close', done));
  }

  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  end(): void {
    this.child.stdin?.end();
  }

  /** Resolves when stdout so far fits. */
  async until(fits: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = fits.exec(this.#out);
      if (found) return found;
      await new Promise<void>((next, fail) => {
        this.#watch = next;
        void this.done.then(() => {
          if (fits.test(this.#out)) next();
          else fail(new Error(`ended with: ${this.#out}`));
        });
      });
    }
  }
}

posix('a program gets its arguments, environment and folder, and its code is told', async (t) => {
  const silo = new SiloDriver(t);
  const cwd = folder(t);
  const run = await silo.spawn(['sh', '-c', 'printf "%s|" "$@" "$X"; pwd; exit 3', 'sh', 'a b', 'ü"'], {
    cwd,
    env: [`PATH=${process.env['PATH'] ?? ''}`, 'X=y=z'],
  });
  t.is(run.errno, 0);
  const holder = new Holder(silo, run, 7);
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 3 });
  await silo.take(SiloFrame.empty);
  t.is(await holder.done, 0);
  t.is(Buffer.from(holder.out, 'latin1').toString(), `a b|ü"|y=z|${cwd}\n`);
});

posix('what cannot be started says why, and leaves nothing behind', async (t) => {
  const silo = new SiloDriver(t);
  const { ENOENT, EACCES } = constants.errno;
  const file = join(folder(t), 'data');
  writeFileSync(file, 'x', { mode: 0o600 });
  t.is((await silo.spawn(['there-is-no-such-program'])).errno, ENOENT);
  t.is((await silo.spawn([file])).errno, EACCES);
  t.is((await silo.spawn(['true'], { cwd: '/there/is/none' })).errno, ENOENT | (1 << 30));
  t.is((await silo.spawn(['true'], { flags: terminal | stdout, cwd: '/there/is/none' })).errno, ENOENT | (1 << 30));
  const good = await silo.spawn(['true']);
  await silo.exit(good.pid);
  silo.release(good.pid);
  await silo.take(SiloFrame.empty);
  t.deepEqual(
    silo.mail.held.map((m) => m.type),
    [],
    'no EXITED and no EMPTY for what never ran',
  );
  const { processes } = await silo.list();
  t.deepEqual(processes, []);
  // Its own: stdio, control, signal pipe, listener.
  t.is(readdirSync(`/proc/${String(silo.child.pid)}/fd`).length, 7);
});

posix('a program inherits no descriptor, no ignored signal, and the usual file limit', async (t) => {
  const silo = new SiloDriver(t);
  // Others live beside it, with pipes and a terminal.
  const other = await silo.spawn(['sleep', '1000'], { flags: 7 | terminal });
  t.is(other.errno, 0);
  // 3 is the folder that ls reads.
  const open = await silo.spawn(['ls', '/proc/self/fd']);
  const blocked = await silo.spawn(['grep', 'Sig[BI]', '/proc/self/status']);
  const limit = await silo.spawn(['sh', '-c', 'ulimit -n']);
  const holders = [open, blocked, limit].map((run) => new Holder(silo, run, 7));
  await Promise.all(holders.map((holder) => holder.done));
  t.deepEqual(
    holders.map((holder) => holder.out),
    ['0\n1\n2\n3\n', 'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n', '1024\n'],
  );
});

posix('each program leads a session of its own', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'cut -d" " -f1,5,6 /proc/$$/stat']);
  const holder = new Holder(silo, run, 7);
  await holder.done;
  t.is(holder.out, `${run.pid} ${run.pid} ${run.pid}\n`);
});

posix('pipe ends are handed out again after a client is gone, until they are released', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'read a; echo one $a; read b; echo two $b']);
  const first = new Holder(silo, run, 7);
  first.write('x\n');
  await first.until(/one x\n/);
  first.child.kill('SIGKILL');
  await first.done;
  const second = new Holder(silo, run, 7);
  second.write('y\n');
  t.is(await second.done, 0);
  t.is(second.out, 'two y\n');
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0 });
  // Ended, not released: its ends are still there.
  const third = new Holder(silo, run, 7);
  t.is(await third.done, 0);
  silo.release(run.pid);
  await silo.list();
  t.is(await new Holder(silo, run, 7).done, 3);
});

posix('a wrong ticket gets nothing, and a silent guest holds nobody up', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sleep', '1000']);
  t.is(statSync(silo.path).mode & 0o777, 0o600);
  const silent = connect(silo.path);
  await new Promise((done) => silent.once('connect', done));
  silent.write('12345');
  const wrong = new Holder(silo, { ...run, ticket: Buffer.alloc(16) }, 7);
  t.is(await wrong.done, 3);
  silent.destroy();
});

posix('stdin ends when both the client and the silo have let go of it', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['cat']);
  const holder = new Holder(silo, run, 7);
  holder.write('abc');
  await holder.until(/abc/);
  holder.end();
  silo.closeStdin(run.pid);
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0 });
});

posix('a stream that was not asked for is /dev/null', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'readlink /proc/$$/fd/0 /proc/$$/fd/2'], { flags: stdout });
  const holder = new Holder(silo, run, stdout);
  await holder.done;
  t.is(holder.out, '/dev/null\n/dev/null\n');
});

posix('signals reach one process alone, and only descendants', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'sleep 1000 & echo $!; wait; echo never']);
  const holder = new Holder(silo, run, 7);
  const child = Number((await holder.until(/(\d+)\n/))[1]);
  const stranger = spawn('sleep', ['1000']);
  silo.kill(stranger.pid!, constants.signals.SIGKILL);
  silo.kill(run.pid, constants.signals.SIGKILL);
  t.deepEqual(await silo.exit(run.pid), { how: 1, value: 9 });
  t.regex(stateOf(child), /[SRD]/, 'the grandchild lives on');
  t.regex(stateOf(stranger.pid!), /[SRD]/, 'a stranger is not touched');
  stranger.kill();
  t.is(silo.mail.held.filter((m) => m.type === SiloFrame.empty).length, 0);
  silo.kill(child, constants.signals.SIGKILL);
  await silo.take(SiloFrame.empty);
});

/** Starts a tree that hides in every way: background, own sessions, double fork. Gives all its pids. */
async function tree(silo: SiloDriver): Promise<{ run: Run; pids: number[] }> {
  const script = `
    sleep 1000 & a=$!
    setsid sh -c 'sleep 1000 & echo $$ $!; exec sleep 1000' &
    (setsid sh -c 'sleep 1000 & echo $! >&3; exec 3>&-; wait' 3>&1 &)
    echo $$ $a; echo ready; exec sleep 1000`;
  const run = await silo.spawn(['sh', '-c', script]);
  const holder = new Holder(silo, run, 7);
  await holder.until(/^(?=[^]*ready\n)(?:[^\n]*\n){4}/);
  return { run, pids: [...holder.out.matchAll(/\d+/g)].map(Number) };
}

posix('KILL_ALL ends sessions, orphans and grandchildren alike, and tells when the silo is empty', async (t) => {
  const silo = new SiloDriver(t);
  const { run, pids } = await tree(silo);
  t.is(pids.length, 5);
  silo.send(SiloFrame.killAll);
  t.deepEqual(await silo.exit(run.pid), { how: 1, value: 9 });
  await silo.take(SiloFrame.empty);
  t.deepEqual(pids.map(stateOf), ['', '', '', '', '']);
  // In an empty silo too.
  silo.send(SiloFrame.killAll);
  await silo.take(SiloFrame.empty);
});

posix('KILL_ALL is not outrun by a program that forks without end', async (t) => {
  const silo = new SiloDriver(t);
  // Each generation starts the next and ends; at most a few live at a time.
  const run = await silo.spawn(['sh', '-c', 'echo up; f() { (f &) ; }; while :; do (sleep 1000 &) ; sleep 0.01; done']);
  await new Holder(silo, run, 7).until(/up/);
  const relay = await silo.spawn(['sh', '-c', 'echo up; exec sh -c "$0" "$0"', 'sh -c "$0" "$0" & exit'], {});
  await new Holder(silo, relay, 7).until(/up/);
  silo.send(SiloFrame.killAll);
  await silo.take(SiloFrame.empty);
  t.deepEqual((await silo.list()).processes, []);
});

posix('PAUSE stops grandchildren too, CONTINUE lets them go on', async (t) => {
  const silo = new SiloDriver(t);
  const { pids } = await tree(silo);
  silo.send(SiloFrame.pause);
  await silo.take(SiloFrame.done);
  t.deepEqual(pids.map(stateOf), ['T', 'T', 'T', 'T', 'T']);
  silo.send(SiloFrame.continue);
  await silo.take(SiloFrame.done);
  t.deepEqual(
    pids.map(stateOf).filter((state) => state === 'T'),
    [],
  );
});

posix('the end of descriptor 3 ends everything and takes the socket away', async (t) => {
  const silo = new SiloDriver(t);
  const { pids } = await tree(silo);
  await silo.close();
  t.deepEqual(pids.map(stateOf), ['', '', '', '', '']);
  t.false(existsSync(silo.path));
});

posix('a frame that makes no sense ends the silo', async (t) => {
  for (const bytes of [
    Buffer.from([0, 0, 0, 0]),
    Buffer.from([255, 255, 255, 255]),
    Buffer.from([1, 0, 0, 0, 99]),
    Buffer.from([3, 0, 0, 0, 4, 1, 1]),
  ]) {
    const silo = new SiloDriver(t);
    silo.raw(bytes);
    t.is(await silo.ended, 0);
  }
});

posix('SHUTDOWN asks every program to end', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done']);
  await new Holder(silo, run, 7).until(/up/);
  silo.send(SiloFrame.shutdown);
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 9 });
});

posix('LIST has name, parent, memory, start and processor time of all, and what ended ones have used', async (t) => {
  const silo = new SiloDriver(t);
  const before = Date.now();
  const busy = await silo.spawn(['sh', '-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done']);
  await silo.exit(busy.pid);
  const run = await silo.spawn(['sh', '-c', 'sleep 1000 & echo up; wait']);
  await new Holder(silo, run, 7).until(/up/);
  const { processes, ended100ns } = await silo.list();
  t.deepEqual(
    processes.map((p) => [p.name, p.parent]),
    [
      ['sh', silo.child.pid],
      ['sleep', run.pid],
    ],
  );
  for (const p of processes) {
    t.true(p.residentBytes > 0 && p.commitBytes > 0);
    const started = Number(p.started100ns / 10_000n);
    t.true(started > before - 1000 && started < Date.now() + 1000, String(started - before));
  }
  t.true(processes[0]!.user100ns + processes[0]!.kernel100ns > 0);
  t.true(ended100ns[0]! + ended100ns[1]! > 100_000n);
});

posix('a terminal has the size, the name and the two-way copy of one', async (t) => {
  const silo = new SiloDriver(t);
  const script = 'test -t 0 && test -t 1 && test -t 2 && stty size && read a && echo "got $a" && stty size';
  const run = await silo.spawn(['sh', '-c', script], { flags: terminal | stdin | stdout, rows: 33, columns: 99 });
  const holder = new Holder(silo, run, stdin | stdout);
  await holder.until(/33 99\r\n/);
  silo.resize(run.pid, 20, 70);
  await silo.list();
  holder.write('word\n');
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0 });
  await holder.done;
  t.is(holder.out, '33 99\r\nword\r\ngot word\r\n20 70\r\n');
});

posix('CLOSE_STDIN is end-of-file at a terminal, also behind a begun line', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['cat'], { flags: terminal | stdin | stdout });
  const holder = new Holder(silo, run, stdin | stdout);
  holder.write('begun');
  await holder.until(/begun/);
  silo.closeStdin(run.pid);
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0 });
  await holder.done;
  t.is(holder.out, 'begunbegun');
});

posix("all of a terminal program's output arrives, however slowly it is read", async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'stty -onlcr; seq 1 200000; echo last'], { flags: terminal | stdout });
  // Nobody reads: the program is held back by pipe and terminal, the silo is not.
  await silo.list();
  t.not(stateOf(run.pid), '');
  const holder = new Holder(silo, run, stdout);
  await holder.done;
  t.is(holder.out, Array.from({ length: 200000 }, (_, i) => `${i + 1}\n`).join('') + 'last\n');
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0 });
});

posix('a terminal program that ends while nobody reads is told of in bounded time', async (t) => {
  const silo = new SiloDriver(t);
  // More than the pipe holds, less than pipe (of whatever size) and the silo's 64 KiB together.
  const run = await silo.spawn(['sh', '-c', 'stty -onlcr; head -c 66000 /dev/zero | tr "\\0" x'], {
    flags: terminal | stdout,
  });
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0 });
  const holder = new Holder(silo, run, stdout);
  await holder.done;
  t.is(holder.out.length, 66000);
});

posix("hcs-cmd's 32-bit code passes the host's eight bits, and others get no such channel", async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn([CMD, '/c', 'exit 3221225786'], { flags: 0 });
  t.deepEqual(await silo.exit(run.pid), { how: 0, value: 0xc000013a });
  const nested = await silo.spawn([CMD, '/c', 'cmd /c exit 70000'], { flags: 0 });
  t.deepEqual(await silo.exit(nested.pid), { how: 0, value: 70000 });
  for (const [command, expected] of [
    ['env', /^(?![^]*EXIT_FD)PATH=/],
    ['ls /proc/self/fd', /^0\n1\n2\n3\n$/],
  ] as const) {
    const inside = await silo.spawn([CMD, `/c ${command}`]);
    const holder = new Holder(silo, inside, 7);
    await holder.done;
    t.regex(holder.out, expected);
  }
});

posix('many programs at once all come and go', async (t) => {
  const silo = new SiloDriver(t);
  const runs = await Promise.all(Array.from({ length: 200 }, (_, i) => silo.spawn(['sh', '-c', `exit ${i % 100}`])));
  const exits = await Promise.all(runs.map((run) => silo.exit(run.pid)));
  t.deepEqual(
    exits.map((e) => e.value),
    runs.map((_, i) => i % 100),
  );
  for (const run of runs) silo.release(run.pid);
  await silo.take(SiloFrame.empty);
  t.deepEqual((await silo.list()).processes, []);
});
