import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { WireClient } from './client.js';
import {
  exitOf,
  jsonAt,
  numberAt,
  program,
  running,
  service,
  sharedService,
  type Fixture,
  type StartedSystem,
} from './fixture.js';

const shared = sharedService(test);
let next = 0;

async function started(
  over: Record<string, unknown> = {},
): Promise<{ sim: Fixture; client: WireClient } & StartedSystem> {
  const sim = shared();
  const client = await sim.client();
  return { sim, client, ...(await running(client, `p${next++}`, sim.document(over))) };
}

/** Runs a command line, its output going to a file by the program's own doing; gives exit code and file text. */
async function outcome(
  client: WireClient,
  system: number,
  config: Record<string, unknown>,
  file: string,
): Promise<{ code: unknown; text: string }> {
  const status = await exitOf(client, await program(client, system, config));
  return { code: status['ExitCode'], text: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

test('a program that a signal of its own ends reports what Windows would', async (t) => {
  const { client, handle } = await started();
  const expected = {
    SEGV: 0xc0000005,
    ABRT: 0xc0000409,
    FPE: 0xc0000094,
    ILL: 0xc000001d,
    BUS: 0xc0000006,
    INT: 0xc000013a,
    TERM: 0xc000013a,
    HUP: 0xc000013a,
    KILL: 1067,
  };
  for (const [name, code] of Object.entries(expected)) {
    const dying = await program(client, handle, `ulimit -c 0; kill -${name} $$`);
    t.is((await exitOf(client, dying))['ExitCode'], code, name);
  }
});

test('HcsTerminateProcess ends one process with 1067; again it is access denied, and later already stopped', async (t) => {
  const { client, handle } = await started();
  const sleeper = await program(client, handle, 'exec sleep 100');
  const both = await Promise.all([
    client.call('HcsTerminateProcess', sleeper.handle),
    client.call('HcsTerminateProcess', sleeper.handle),
  ]);
  t.deepEqual(
    both.map((reply) => reply.hresult),
    [0, 0x80070005],
  );
  t.is((await exitOf(client, sleeper))['ExitCode'], 1067);
  t.is((await client.call('HcsTerminateProcess', sleeper.handle)).hresult, 0x8037011f);
  t.is((await client.call('HcsSignalProcess', sleeper.handle, '{"Signal":"CtrlC"}')).hresult, 0x8037011f);
  const close = '{"Operation":"CloseHandle","CloseHandle":{"Handle":"StdIn"}}';
  t.is((await client.call('HcsModifyProcess', sleeper.handle, close)).hresult, 0x8037011f);
});

test('a console control event reaches the program', async (t) => {
  const { client, handle } = await started();
  for (const [signal, trap] of [
    ['CtrlC', 'INT'],
    ['CtrlClose', 'HUP'],
    ['CtrlShutdown', 'TERM'],
  ] as const) {
    const mark = join(shared().home, `trap-${trap}`);
    const trapping = await program(
      client,
      handle,
      `trap 'exit 9' ${trap}; echo > ${mark}; while :; do sleep 0.02; done`,
    );
    await exitOf(client, await program(client, handle, `while [ ! -e ${mark} ]; do sleep 0.02; done`));
    t.is((await client.call('HcsSignalProcess', trapping.handle, `{"Signal":"${signal}"}`)).hresult, 0);
    t.is((await exitOf(client, trapping))['ExitCode'], 9, signal);
  }
  const sleeper = await program(client, handle, 'exec sleep 100');
  t.is((await client.call('HcsSignalProcess', sleeper.handle, '{"Signal":"CtrlX"}')).hresult, 0xc037010d);
  t.is((await client.call('HcsSignalProcess', sleeper.handle, '{"Signal":"CtrlBreak"}')).hresult, 0);
  t.is((await exitOf(client, sleeper))['ExitCode'], 0xc000013a);
});

test.serial(
  'signals by way of one handle of a system are carried out one after another, those of another handle are not held up',
  async (t) => {
    const { client, handle } = await started();
    const id = String(jsonAt(await client.call('HcsGetComputeSystemProperties', handle, ''), 0)['Id']);
    const [first, second, third] = [
      await program(client, handle, 'exec sleep 100'),
      await program(client, handle, 'exec sleep 100'),
      await program(client, handle, 'exec sleep 100'),
    ];
    const other = numberAt(await client.call('HcsOpenComputeSystem', id), 0);
    const opened = numberAt(await client.call('HcsOpenProcess', other, third.pid), 0);
    await shared().fault({ name: 'HcsSignalProcess', system: id, hang: true, count: 1 });
    const answered: string[] = [];
    const hung = client.call('HcsSignalProcess', first.handle, '{"Signal":"CtrlC"}').then((reply) => {
      answered.push('signal');
      return reply;
    });
    const behind = client.call('HcsTerminateProcess', second.handle).then((reply) => {
      answered.push('terminate');
      return reply;
    });
    t.is((await client.call('HcsTerminateProcess', opened)).hresult, 0);
    t.is((await exitOf(client, third))['ExitCode'], 1067);
    // Other calls through the same handle do not wait either.
    t.is((await client.call('HcsGetProcessProperties', second.handle)).hresult, 0);
    t.deepEqual(answered, []);
    await (await shared().control()).sendRequest('fault/clear', {});
    t.is((await hung).hresult, 0);
    t.is((await behind).hresult, 0);
    t.deepEqual(answered, ['signal', 'terminate']);
    t.is((await exitOf(client, second))['ExitCode'], 1067);
  },
);

test('a program is found by its Windows name, and one that is not there or may not run says so', async (t) => {
  const { sim, client, handle } = await started();
  const refused = async (config: object): Promise<number> =>
    (await client.call('HcsCreateProcess', handle, JSON.stringify(config))).hresult;
  t.is((await exitOf(client, await program(client, handle, { CommandLine: 'true.exe' })))['ExitCode'], 0);
  t.is(
    (await exitOf(client, await program(client, handle, { ApplicationName: 'false', CommandLine: 'true' })))[
      'ExitCode'
    ],
    1,
  );
  t.is(await refused({ CommandLine: 'no-such-program.exe a b' }), 0x80070002);
  t.is(await refused({ CommandLine: 'C:\\Windows\\nothing.exe' }), 0x80070002);
  t.is(await refused({ CommandLine: '' }), 0x80070057);
  const plain = sim.write('plain.txt', 'not a program');
  t.is(await refused({ CommandArgs: [plain] }), 0x80070005);
});

test('a program and a working directory of C: are those of the layers', async (t) => {
  const { sim, client, handle } = await started();
  const tools = join(sim.layer, 'Files', 'Tools');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'Hello.exe'), '#!/bin/sh\npwd > "$OUT"\n');
  chmodSync(join(tools, 'Hello.exe'), 0o755);
  mkdirSync(join(sim.scratch, 'Files', 'work', 'deep'), { recursive: true });
  const out = join(sim.home, 'pwd');
  const run = (config: object): Promise<{ code: unknown; text: string }> =>
    outcome(client, handle, { CommandLine: 'c:/tools/hello.EXE', Environment: { OUT: out }, ...config }, out);
  t.deepEqual(await run({ WorkingDirectory: 'C:\\' }), { code: 0, text: `${join(sim.scratch, 'Files')}\n` });
  t.deepEqual(await run({ WorkingDirectory: 'C:\\Work\\Deep' }), {
    code: 0,
    text: `${join(sim.scratch, 'Files', 'work', 'deep')}\n`,
  });
  t.deepEqual(await run({ WorkingDirectory: '/tmp' }), { code: 0, text: '/tmp\n' });
  const missing = { CommandLine: 'true', WorkingDirectory: 'C:\\nowhere' };
  t.is((await client.call('HcsCreateProcess', handle, JSON.stringify(missing))).hresult, 0x8007010b);
});

test('a mapped directory is where its container path says', async (t) => {
  const sim = shared();
  const host = join(sim.home, 'shared');
  mkdirSync(join(host, 'sub'), { recursive: true });
  const { client, handle } = await started({
    MappedDirectories: [{ HostPath: host, ContainerPath: 'C:\\data', ReadOnly: false }],
  });
  const out = join(sim.home, 'mapped');
  const config = { CommandArgs: ['sh', '-c', `pwd > ${out}`], WorkingDirectory: 'c:\\DATA\\sub' };
  t.deepEqual(await outcome(client, handle, config, out), { code: 0, text: `${join(host, 'sub')}\n` });
});

test('the environment is a small base and what was given, names compared without case', async (t) => {
  const { sim, client, handle } = await started({ HostName: 'box' });
  const out = join(sim.home, 'env');
  const config = {
    CommandArgs: ['sh', '-c', `env > ${out}`],
    WorkingDirectory: '/',
    User: 'ContainerUser',
    Environment: { Mine: 'a=b', username: 'other', Path: 'C:\\Windows\\System32;C:\\Windows', Empty: '' },
  };
  const { text } = await outcome(client, handle, config, out);
  const lines = text.split('\n');
  for (const line of ['Mine=a=b', 'USERNAME=other', 'COMPUTERNAME=BOX', 'OS=Windows_NT', 'Empty='])
    t.true(lines.includes(line), line);
  t.is(lines.filter((line) => /^path=/i.test(line)).length, 1);
  t.true(lines.includes(`PATH=${process.env['PATH'] ?? ''}`));
  t.false(lines.some((line) => line.startsWith('AVA') || line.startsWith('npm_')));
});

test('cmd runs its command line unsplit, with the 32-bit exit code', async (t) => {
  const { sim, client, handle } = await started();
  const out = join(sim.scratch, 'Files', 'out.txt');
  const line = `cmd.exe /s /c "echo "a  b" & echo %NAME%> C:\\out.txt& exit /b -1073741510"`;
  const result = await outcome(client, handle, { CommandLine: line, Environment: { NAME: 'value' } }, out);
  t.is(result.code, 0xc000013a);
  t.regex(result.text, /^value\s*$/);
  const full = await program(client, handle, { CommandLine: 'c:\\windows\\SYSTEM32\\CMD /c exit 3' });
  t.is((await exitOf(client, full))['ExitCode'], 3);
});

test('the programs file turns Windows programs into host commands, also inside cmd, and is read again', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const { handle } = await running(client, 'programs', sim.document());
  const out = join(sim.home, 'args');
  const file = join(sim.folder, 'programs.json');
  const ping = ['sh', '-c', `printf '%s,' "$@" > ${out}; exit 5`, 'x'];
  writeFileSync(file, JSON.stringify({ 'PowerShell.exe': ping, true: ['true'] }));
  const config = (CommandLine: string): object => ({ CommandLine, Environment: {} });
  const run = (line: string): ReturnType<typeof outcome> =>
    outcome(client, handle, config(line) as Record<string, unknown>, out);
  t.deepEqual(await run('powershell -c "a b" c'), { code: 5, text: '-c,a b,c,' });
  t.deepEqual(await run('"C:\\Program Files\\PowerShell.EXE" z'), { code: 5, text: 'z,' });
  t.deepEqual(await run('cmd /c powershell q'), { code: 5, text: 'q,' });
  t.is((await run('true')).code, 0);
  writeFileSync(file, JSON.stringify({ other: ['true'] }));
  t.is((await client.call('HcsCreateProcess', handle, '{"CommandLine":"powershell"}')).hresult, 0x80070002);
});

test('an emulated console has its size, 25 rows of 80 by default, and can be resized', async (t) => {
  const { sim, client, handle } = await started();
  const out = join(sim.home, 'size');
  const config = (more: object): Record<string, unknown> => ({
    CommandArgs: ['sh', '-c', `stty size > ${out}; tty >> ${out}`],
    WorkingDirectory: '/',
    EmulateConsole: true,
    CreateStdInPipe: true,
    CreateStdOutPipe: true,
    ...more,
  });
  t.regex((await outcome(client, handle, config({}), out)).text, /^25 80\n\/dev\//);
  t.regex((await outcome(client, handle, config({ ConsoleSize: [40, 100] }), out)).text, /^40 100\n/);
  const wait = `trap 'stty size > ${out}; exit 0' WINCH; echo > ${out}; while :; do sleep 0.02; done`;
  const waiting = await program(client, handle, config({ CommandArgs: ['sh', '-c', wait], ConsoleSize: [30, 90] }));
  await exitOf(client, await program(client, handle, `while ! grep -q '^$' ${out}; do sleep 0.02; done`));
  const resize = '{"Operation":"ConsoleSize","ConsoleSize":{"Height":33,"Width":111}}';
  t.is((await client.call('HcsModifyProcess', waiting.handle, resize)).hresult, 0);
  await exitOf(client, waiting);
  t.is(readFileSync(out, 'utf8'), '33 111\n');
  const plain = await program(client, handle, 'exec sleep 100');
  t.is((await client.call('HcsModifyProcess', plain.handle, resize)).hresult, 0x80070057);
  await client.call('HcsTerminateProcess', plain.handle);
});

test('a console without an input ends at once as on Windows', async (t) => {
  const { client, handle } = await started();
  const doomed = await program(client, handle, {
    CommandArgs: ['sleep', '100'],
    WorkingDirectory: '/',
    EmulateConsole: true,
  });
  t.is((await exitOf(client, doomed))['ExitCode'], 0xc000013a);
});

test('closing stdin through HCS ends the input of the program', async (t) => {
  const { client, handle } = await started();
  const cat = await program(client, handle, { CommandArgs: ['cat'], WorkingDirectory: '/', CreateStdInPipe: true });
  t.is(numberAt(await client.call('HcsGetProcessInfo', cat.handle), 1), 1);
  const close = '{"Operation":"CloseHandle","CloseHandle":{"Handle":"StdIn"}}';
  t.is((await client.call('HcsModifyProcess', cat.handle, close)).hresult, 0);
  t.is(numberAt(await client.call('HcsGetProcessInfo', cat.handle), 1), 0);
  t.is((await exitOf(client, cat))['ExitCode'], 0);
});

test('pipe ends are named by mask, endpoint and ticket, again and again until they are dropped', async (t) => {
  const { client, handle } = await started();
  const pipes = { CreateStdInPipe: true, CreateStdOutPipe: true, CreateStdErrPipe: true };
  const config = { CommandArgs: ['sleep', '100'], WorkingDirectory: '/', ...pipes };
  const created = await client.call('HcsCreateProcess', handle, JSON.stringify(config));
  const [process, pid, mask, endpoint, ticket, result] = created.values;
  t.is(mask, 7n);
  t.true(existsSync(String(endpoint)));
  t.is((ticket as Uint8Array).length, 16);
  t.is(result, null);
  const info = await client.call('HcsGetProcessInfo', process!);
  t.deepEqual(info.values.slice(0, 4), [pid, mask, endpoint, ticket] as typeof info.values);
  const none = await client.call('HcsCreateProcess', handle, '{"CommandLine":"true","WorkingDirectory":"/"}');
  t.deepEqual(none.values.slice(2, 4), [0n, null]);
});

test('an ended process is found by its pid until somebody has closed it, then it is not', async (t) => {
  const { sim, client, handle } = await started();
  const id = String(jsonAt(await client.call('HcsGetComputeSystemProperties', handle, ''), 0)['Id']);
  t.is((await client.call('HcsOpenProcess', handle, 1)).hresult, 0x80070490);
  const first = await sim.client();
  const theirs = numberAt(await first.call('HcsOpenComputeSystem', id), 0);
  const seven = await program(first, theirs, 'exit 7');
  await exitOf(first, seven);
  // The client dies: its handles are run down, and a new one still learns the exit code.
  first.close();
  const opened = await client.call('HcsOpenProcess', handle, seven.pid);
  t.is(opened.hresult, 0);
  const process = numberAt(opened, 0);
  const registration = await client.register('process', process);
  await client.notified(registration, 'ProcessExited');
  t.is(jsonAt(await client.call('HcsGetProcessProperties', process), 0)['ExitCode'], 7);
  await client.call('HcsCloseProcess', process);
  t.is((await client.call('HcsOpenProcess', handle, seven.pid)).hresult, 0x80070490);
});

test('statistics and the process list are figures of the operating system', async (t) => {
  const { client, handle } = await started();
  const busy = await program(client, handle, 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exec sleep 100');
  const query = '{"PropertyTypes":["Statistics","ProcessList"]}';
  const read = async (): Promise<Record<string, unknown>> =>
    jsonAt(await client.call('HcsGetComputeSystemProperties', handle, query), 0);
  const properties = await read();
  const list = properties['ProcessList'] as Record<string, unknown>[];
  t.is(list.length, 1);
  t.is(list[0]!['ProcessId'], busy.pid);
  t.true(Math.abs(Date.parse(String(list[0]!['CreateTimestamp'])) - Date.now()) < 60_000);
  const statistics = properties['Statistics'] as { Memory: Record<string, number>; Processor: Record<string, number> };
  t.true(statistics.Memory['MemoryUsageCommitBytes']! > 0);
  const used = async (): Promise<number> =>
    ((await read())['Statistics'] as typeof statistics).Processor['TotalRuntime100ns']!;
  // It burns its time and then sleeps: the kernel will have counted some.
  let before = await used();
  while (before === 0) before = await used();
  await client.call('HcsTerminateProcess', busy.handle);
  await exitOf(client, busy);
  t.true((await used()) >= before);
});
