/** The stand-in library against a service that this test plays, and a C client against the real one (docs/simulator-wire.md 1). */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { EXPORTS, type ExportName } from '#src/simulator/exports/opcodes.js';
import {
  decodeCall,
  encodeFrame,
  encodeNotify,
  encodeReply,
  Kind,
  LengthSplitter,
  parseFrame,
  u32,
  type DecodedValue,
  type WireValue,
} from '#src/simulator/wire.js';
import { service } from '../simulator/fixture.js';
import { compile, folder, Mailbox, SiloDriver, STANDIN } from './support.js';

const posix = process.platform === 'linux' ? test : test.skip;
let workshop = '';
let probe = '';
let client = '';

test.before(() => {
  if (process.platform !== 'linux') return;
  workshop = mkdtempSync(join(tmpdir(), 'hnat-'));
  probe = compile('probe', workshop);
  client = compile('client', workshop);
});
test.after.always(() => {
  if (workshop !== '') rmSync(workshop, { recursive: true, force: true });
});

interface Asked {
  readonly op: number;
  readonly id: number;
  readonly args: readonly DecodedValue[];
  readonly payload: Buffer;
  readonly reply: (hresult: number, ...values: WireValue[]) => void;
}

/** The service as far as a test plays it: `answer` may reply at once; what it leaves is in `calls`. */
class FakeService {
  readonly path: string;
  readonly calls = new Mailbox<Asked>();
  readonly counted = new Mailbox<Buffer>();
  connections = 0;
  greeting = 1;
  #server: Server | undefined;
  #sockets: Socket[] = [];

  constructor(
    t: ExecutionContext,
    private readonly answer: (call: Asked) => boolean = () => false,
  ) {
    this.path = join(folder(t), 'e');
    t.teardown(() => {
      this.hangUp();
      this.#server?.close();
    });
  }

  listen(): Promise<void> {
    this.#server = createServer((socket) => {
      this.#take(socket);
    });
    return new Promise((done) => this.#server?.listen(this.path, done));
  }

  hangUp(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  send(frame: Buffer): void {
    this.#sockets.at(-1)?.write(frame);
  }

  #take(socket: Socket): void {
    this.connections++;
    this.#sockets.push(socket);
    const splitter = new LengthSplitter(5);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      splitter.push(chunk, (body) => {
        const { kind, id, payload } = parseFrame(body);
        if (kind === Kind.hello) socket.write(encodeFrame(Kind.welcome, 0, u32(this.greeting)));
        if (kind === Kind.counted) this.counted.put(Buffer.from(payload));
        if (kind !== Kind.call) return;
        const { opcode, args } = decodeCall(payload);
        const call: Asked = {
          op: opcode,
          id,
          args,
          payload: Buffer.from(payload),
          reply: (hresult, ...values) => socket.write(encodeReply(id, hresult, values)),
        };
        if (!this.answer(call)) this.calls.put(call);
      });
    });
  }

  next(op: number): Promise<Asked> {
    return this.calls.take((call) => call.op === op);
  }
}

/** A client process that makes calls one by one (test/native/probe.c). */
class Probe {
  readonly lines = new Mailbox<string>();
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  #tag = 0;

  constructor(t: ExecutionContext, endpoint: string) {
    this.child = spawn(probe, [STANDIN], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, HCS_SIMULATOR_ENDPOINT: endpoint },
    });
    this.ended = new Promise((done) => this.child.once('exit', done));
    const reader = createInterface({ input: this.child.stdout! });
    reader.on('line', (line) => {
      this.lines.put(line);
    });
    reader.on('close', () => {
      this.lines.end('the client has ended');
    });
    t.teardown(async () => {
      this.child.stdin?.end();
      await this.ended;
    });
  }

  /** Starts a call; resolves with `0x<HRESULT> <text>` when it returns. */
  start(command: string): Promise<string> {
    const tag = `t${++this.#tag}`;
    this.child.stdin?.write(`${tag} ${command}\n`);
    return this.line(tag);
  }

  async line(start: string): Promise<string> {
    const found = await this.lines.take((line) => line.startsWith(`${start} `));
    return found.slice(start.length + 1).trim();
  }
}

const opcode = (name: ExportName): number => EXPORTS[name].opcode;
const OPEN = opcode('HcsOpenComputeSystem');
const CLOSE = opcode('HcsCloseComputeSystem');
const PROPERTIES = opcode('HcsGetComputeSystemProperties');
const REGISTER = opcode('HcsRegisterComputeSystemCallback');
const UNREGISTER = opcode('HcsUnregisterComputeSystemCallback');
const INVALID_HANDLE = '0x80070006';
const CALL_FAILED = '0x800706BF';
const UNAVAILABLE = '0x800706BA';
const DISCONNECTED = '0x8037011E';

/** Answers what every test needs: handles by counting, registrations. */
function easy(): (call: Asked) => boolean {
  let handle = 0;
  return (call) => {
    if (call.op === OPEN) call.reply(0, ++handle, null);
    else if (call.op === REGISTER || call.op === UNREGISTER || call.op === CLOSE) call.reply(0);
    else return false;
    return true;
  };
}

async function pair(
  t: ExecutionContext,
  answer?: (call: Asked) => boolean,
): Promise<{ fake: FakeService; user: Probe }> {
  const fake = new FakeService(t, answer);
  await fake.listen();
  return { fake, user: new Probe(t, fake.path) };
}

posix('every export of the table is there, and nothing else but the test aids', async (t) => {
  const { stdout } = await promisify(execFile)('nm', ['-D', '--defined-only', STANDIN]);
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').at(-1));
  const aids = ['CoTaskMemAlloc', 'CoTaskMemFree', 'HcsSimulatorCounts'];
  t.deepEqual(names.sort(), [...Object.keys(EXPORTS), ...aids].sort());
});

posix('nobody at the endpoint, or a service of another version, is RPC_S_SERVER_UNAVAILABLE', async (t) => {
  const user = new Probe(t, '/there/is/none');
  t.is(await user.start('open 0 x'), UNAVAILABLE);
  t.is(await user.start(`setenv ${'x'.repeat(60)}/${'x'.repeat(60)}`), '0x00000000');
  t.is(await user.start('open 0 x'), UNAVAILABLE);
  const fake = new FakeService(t);
  fake.greeting = 2;
  await fake.listen();
  t.is(await user.start(`setenv ${fake.path}`), '0x00000000');
  t.is(await user.start('open 0 x'), UNAVAILABLE);
});

posix('null pointers are refused before the service is asked', async (t) => {
  const { fake, user } = await pair(t);
  t.is(await user.start('nulls'), '0x00000000');
  t.is(fake.connections, 0);
});

posix('the first call connects, all share the connection, documents come back counted and freed', async (t) => {
  const { fake, user } = await pair(t, easy());
  t.is(await user.start('open 0 x'), '0x00000000');
  const properties = user.start('properties 0');
  const call = await fake.next(PROPERTIES);
  t.deepEqual(call.args, [1n, '{}']);
  call.reply(1, '{"a":1}', '{"Error":0}');
  t.is(await properties, '0x00000001 {"a":1}{"Error":0}');
  t.is(await user.start('counts'), '0x00000000 0 1');
  fake.send(encodeFrame(Kind.count, 77));
  const counted = await fake.counted.take(() => true);
  t.deepEqual([counted.readBigUInt64LE(0), counted.readBigUInt64LE(8)], [0n, 1n]);
  t.is(await user.start('close 0'), '0x00000000');
  t.is(await user.start('counts'), '0x00000000 0 0');
  t.is(fake.connections, 1);
});

posix('a failing call gives its HRESULT and result document, with or without empty out values', async (t) => {
  const { fake, user } = await pair(t, easy());
  await user.start('open 0 x');
  for (const values of [[null, 'why'], ['why']]) {
    const properties = user.start('properties 0');
    (await fake.next(PROPERTIES)).reply(0xc0370105 | 0, ...values);
    t.is(await properties, '0xC0370105 why');
  }
});

posix('replies find their callers in any order', async (t) => {
  const { fake, user } = await pair(t, easy());
  await user.start('open 0 x');
  const answers = Array.from({ length: 20 }, () => user.start('properties 0'));
  const calls: Asked[] = [];
  while (calls.length < answers.length) calls.push(await fake.next(PROPERTIES));
  for (const call of calls.reverse()) call.reply(0, `for ${call.id}`, null);
  const texts = await Promise.all(answers);
  t.is(new Set(texts).size, 20);
});

posix('many threads at once each get their own answers', async (t) => {
  const { user } = await pair(t, (call) => {
    if (call.op !== opcode('LayerExists')) return false;
    call.reply(0, Number(call.args[2]));
    return true;
  });
  t.is(await user.start('many 16 500'), '0x00000000');
});

posix(
  'a broken connection fails what is in flight, is told once to each registration, and old handles are dead',
  async (t) => {
    const { fake, user } = await pair(t, easy());
    for (const slot of [0, 1]) {
      t.is(await user.start(`open ${slot} x`), '0x00000000');
      t.is(await user.start(`register ${slot} 0`), '0x00000000');
    }
    const flying = user.start('properties 0');
    await fake.next(PROPERTIES);
    fake.hangUp();
    t.is(await flying, CALL_FAILED);
    t.is(await user.line('notified 0 0x01000000'), DISCONNECTED);
    t.is(await user.line('notified 1 0x01000000'), DISCONNECTED);
    t.is(await user.start('properties 1'), INVALID_HANDLE);
    t.is(await user.start('close 1'), INVALID_HANDLE);
    // The next call that needs no old handle connects again; the same number from a new service is another handle.
    t.is(await user.start('open 2 x'), '0x00000000');
    t.is(fake.connections, 2);
    t.is(await user.start('properties 0'), INVALID_HANDLE);
    const works = user.start('properties 2');
    (await fake.next(PROPERTIES)).reply(0, 'new', null);
    t.is(await works, '0x00000000 new');
    t.is(await user.start('unregister 0'), INVALID_HANDLE);
    t.is(await user.start('unregister 0'), INVALID_HANDLE);
    t.is(await user.start('unregister 1'), INVALID_HANDLE);
    t.is(await user.start('counts'), '0x00000000 0 1');
    t.deepEqual(
      user.lines.held.filter((line) => line.startsWith('notified')),
      [],
    );
  },
);

posix(
  'notifications come in order, with their data, also when they are told before the registration is answered',
  async (t) => {
    const base = easy();
    const { fake, user } = await pair(t, (call) => call.op !== REGISTER && base(call));
    await user.start('open 0 x');
    const registered = user.start('register 0 0');
    const call = await fake.next(REGISTER);
    t.is(call.args[0], 1n);
    const id = Number(call.args[1]);
    fake.send(encodeNotify(id, 2, 0, null));
    fake.send(encodeNotify(id, 3, 0x80370106 | 0, '{"x":1}'));
    fake.send(encodeNotify(id + 5, 4, 0, 'nobody has this'));
    call.reply(0);
    t.is(await registered, '0x00000000');
    t.is(await user.line('notified 0'), '0x00000002 0x00000000');
    t.is(await user.line('notified 0'), '0x00000003 0x80370106 {"x":1}');
    for (let i = 0; i < 50; i++) fake.send(encodeNotify(id, 100 + i, 0, null));
    for (let i = 0; i < 50; i++)
      t.is(await user.line('notified 0'), `0x${(100 + i).toString(16).padStart(8, '0').toUpperCase()} 0x00000000`);
  },
);

posix('a registration that the service refuses is gone', async (t) => {
  const base = easy();
  const { fake, user } = await pair(t, (call) => call.op !== REGISTER && base(call));
  await user.start('open 0 x');
  const registered = user.start('register 0 0');
  const call = await fake.next(REGISTER);
  call.reply(0x80070005 | 0);
  t.is(await registered, '0x80070005');
  fake.send(encodeNotify(Number(call.args[1]), 2, 0, null));
  t.is(await user.start('unregister 0'), INVALID_HANDLE);
  t.is(await user.start('counts'), '0x00000000 0 1');
});

posix('unregistering waits for the running callback, and nothing is told after it', async (t) => {
  const base = easy();
  const { fake, user } = await pair(t, (call) => call.op !== REGISTER && call.op !== UNREGISTER && base(call));
  await user.start('open 0 x');
  const registered = user.start('register 0 100');
  const registration = await fake.next(REGISTER);
  registration.reply(0);
  await registered;
  const id = Number(registration.args[1]);
  fake.send(encodeNotify(id, 1, 0, null));
  await user.line('notified 0');
  fake.send(encodeNotify(id, 2, 0, null));
  let returned = false;
  const unregistered = user.start('unregister 0').then((line) => {
    returned = true;
    return line;
  });
  const call = await fake.next(UNREGISTER);
  t.deepEqual(call.args, [BigInt(id)]);
  call.reply(0);
  // Another call goes through while the callback still runs.
  t.regex(await user.start('counts'), /^0x00000000 /);
  t.false(returned);
  await user.start('release');
  await user.line('left');
  // The answer may not have reached the caller yet: then the second callback runs, and is waited for as well.
  await user.start('release');
  t.is(await unregistered, '0x00000000');
  const before = user.lines.held.filter((line) => line.startsWith('notified')).length;
  fake.send(encodeNotify(id, 3, 0, null));
  t.is(await user.start('counts'), '0x00000000 0 1');
  t.is(user.lines.held.filter((line) => line.startsWith('notified')).length, before);
});

posix('a refused unregistering leaves the registration as it was', async (t) => {
  const base = easy();
  const { fake, user } = await pair(t, (call) => call.op !== UNREGISTER && base(call));
  await user.start('open 0 x');
  await user.start('register 0 0');
  const refused = user.start('unregister 0');
  const call = await fake.next(UNREGISTER);
  call.reply(0x80004005 | 0);
  t.is(await refused, '0x80004005');
  fake.send(encodeNotify(Number(call.args[0]), 1, 0, null));
  t.is(await user.line('notified 0 0x00000001'), '0x00000000');
});

posix('a callback may unregister itself', async (t) => {
  const ids: number[] = [];
  const base = easy();
  const { fake, user } = await pair(t, (call) => {
    if (call.op === REGISTER) ids.push(Number(call.args[1]));
    return base(call);
  });
  await user.start('open 0 x');
  await user.start('register 0 200');
  fake.send(encodeNotify(ids[0]!, 1, 0, null));
  t.is(await user.line('self'), '0x00000000');
  t.is(await user.start('counts'), '0x00000000 0 1');
});

posix('a service that breaks the protocol is cut off', async (t) => {
  for (const bad of [
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    encodeFrame(Kind.notify, 1, Buffer.from([1, 2, 3])),
    Buffer.from([2, 0, 0, 0, 4, 4]),
  ]) {
    const { fake, user } = await pair(t, easy());
    await user.start('open 0 x');
    const flying = user.start('properties 0');
    await fake.next(PROPERTIES);
    fake.send(bad);
    t.is(await flying, CALL_FAILED);
    t.is(await user.start('open 0 x'), '0x00000000');
  }
  const { fake, user } = await pair(t, easy());
  await user.start('open 0 x');
  const flying = user.start('properties 0');
  const call = await fake.next(PROPERTIES);
  fake.send(encodeFrame(Kind.reply, call.id, Buffer.from([0, 0, 0, 0, 1, 9])));
  t.is(await flying, CALL_FAILED);
});

posix('a service that hangs up at once does not keep a caller', async (t) => {
  const server = createServer((socket) => {
    socket.destroy();
  });
  const path = join(folder(t), 'e');
  await new Promise<void>((done) => server.listen(path, done));
  t.teardown(() => server.close());
  const user = new Probe(t, path);
  t.is(await user.start('open 0 x'), UNAVAILABLE);
});

posix('large documents pass both ways in pieces', async (t) => {
  const { fake, user } = await pair(t, easy());
  await user.start('open 0 x');
  const properties = user.start('properties 0');
  (await fake.next(PROPERTIES)).reply(0, 'y'.repeat(3_000_000), null);
  const line = await properties;
  t.regex(line, /^0x00000000 y{4000,}$/);
  const small = user.start('properties 0');
  (await fake.next(PROPERTIES)).reply(0, 'small', null);
  t.is(await small, '0x00000000 small');
});

posix('a layer chain longer than the count byte travels whole', async (t) => {
  const { fake, user } = await pair(t);
  for (const count of [0, 2, 127]) {
    const prepared = user.start(`layer ${count}`);
    const { payload, reply } = await fake.next(opcode('PrepareLayer'));
    t.is(payload.readUInt8(6), Math.min(255, 4 + 3 * count));
    const head = 9 + 5 + (5 + 2 * 'layer'.length);
    t.is(payload.readBigUInt64LE(7 + head + 1), BigInt(count));
    t.is(payload.length, 7 + head + 9 + count * (21 + 9 + 5 + 2 * 'parent'.length));
    reply(0);
    t.is(await prepared, '0x00000000');
  }
});

posix('the mount path is asked for by length first', async (t) => {
  let path: string | null = 'C:\\m\\';
  const { user } = await pair(t, (call) => {
    if (call.op !== opcode('GetLayerMountPath')) return false;
    call.reply(0, path);
    return true;
  });
  t.is(await user.start('mount 0'), '0x00000000 6');
  t.is(await user.start('mount 6'), '0x00000000 6 C:\\m\\');
  t.is(await user.start('mount 5'), '0x8007007A 6');
  path = null;
  t.is(await user.start('mount 0'), '0x00000000 0');
});

posix('pipe ends come from the silo, close-on-exec, as often as they are asked for', async (t) => {
  const silo = new SiloDriver(t);
  const run = await silo.spawn(['sh', '-c', 'echo ab; exec sleep 1000']);
  let ticket: Buffer = run.ticket;
  const base = easy();
  const { user } = await pair(t, (call) => {
    if (call.op !== opcode('HcsGetProcessInfo')) return base(call);
    call.reply(0, run.pid, 7, silo.path, ticket, null);
    return true;
  });
  await user.start('open 0 x');
  t.is(await user.start('info 0'), `0x00000000 ${run.pid} 0:1 1:1:a 2:1`);
  t.is(await user.start('info 0'), `0x00000000 ${run.pid} 0:1 1:1:b 2:1`);
  ticket = Buffer.alloc(16);
  t.is(await user.start('info 0'), '0x8007006D 0');
  await silo.close();
  t.is(await user.start('info 0'), '0x8007006D 0');
});

const seen = async (library: string, args: readonly string[], endpoint: string): Promise<Map<string, string>> => {
  const { stdout } = await promisify(execFile)(client, [library, ...args], {
    env: { ...process.env, HCS_SIMULATOR_ENDPOINT: endpoint },
  });
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
};

posix("a C client in hcsshim's call order runs processes in the real service and leaves nothing behind", async (t) => {
  const fixture = await service(t);
  const pipes = { CreateStdInPipe: true, CreateStdOutPipe: true, CreateStdErrPipe: true, ConsoleSize: [0, 0] };
  const one = await seen(
    STANDIN,
    [
      'one',
      fixture.document({ Name: 'one' }),
      JSON.stringify({ ...pipes, CommandLine: 'cmd /c echo "a  b" & no-such & exit 70000' }),
    ],
    fixture.service.endpoint,
  );
  t.is(one.get('guid'), '44990397836e2d56b28077fa5622564e', 'NameToGuid("a"), hcs-facts 5, in native layout');
  t.is(one.get('pid'), 'positive');
  t.is(one.get('stdout'), '"a  b" \\r\\n');
  t.regex(one.get('stderr') ?? '', /^'no-such' is not recognized/);
  t.is(one.get('exited'), '0x00000000');
  t.is((JSON.parse(one.get('process') ?? '') as { ExitCode: number }).ExitCode, 70000);
  t.is((JSON.parse(one.get('system') ?? '') as { State: string }).State, 'Running');
  t.is(one.get('ended'), '0x00000000');
  t.is(one.get('own thread'), '1');
  t.is(one.get('strings'), '0');
  t.is(one.get('handles'), '0');

  const two = await seen(
    STANDIN,
    ['two', fixture.document({ Name: 'two' }), JSON.stringify({ ...pipes, CommandLine: 'cat' }), 'some text'],
    fixture.service.endpoint,
  );
  t.is(two.get('stdout'), 'some text');
  const { computeSystems, processes, handles, registrations } = await fixture.status();
  t.deepEqual(
    { computeSystems, processes, handles, registrations },
    { computeSystems: 0, processes: 0, handles: 0, registrations: 0 },
  );
});
