/** The ends of a program's pipes on Windows, where .NET's streams carry them. */
import net from 'node:net';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import anyTest from 'ava';
import { closeBench, DIST, openBench, type Bench } from './helpers/stub.js';
import { readLog, streamOf } from './helpers/log.js';

const windows = process.platform === 'win32';
const test = windows ? anyTest.serial : anyTest.serial.skip;

let bench: Bench;
anyTest.before(async () => {
  if (windows) bench = await openBench();
});
anyTest.after.always(async () => {
  if (windows) await closeBench(bench);
});

for (const [kind, extra] of [
  ['overlapped', {}],
  ['blocking', { blocking: true }],
] as const) {
  const run = async (
    name: string,
    line: string,
    foreground: readonly 'stdout'[],
    stdin: boolean,
    segmentBytes = 10 << 20,
  ) => {
    const { system } = await bench.hcs.createComputeSystem('a', '{}');
    const { process } = await bench.hcs.createProcess(system, JSON.stringify({ CommandLine: line, ...extra }));
    const logFolder = path.join(bench.folder, `${name}-${kind}`);
    const limits = { segmentBytes, segments: 3, attachTimeoutMs: 20_000 };
    const pipes = await bench.hcs.startRelay(process, { logFolder, ...limits, foreground, stdin });
    const ended = Promise.all(
      (['stdout', 'stderr'] as const).map((stream) =>
        bench.seen.until((n) => n.kind === 'streamEnd' && n.process === process && n.stream === stream),
      ),
    );
    const close = async (): Promise<void> => {
      await bench.hcs.closeProcess(process);
      await bench.hcs.closeComputeSystem(system);
    };
    return { pipes, ended, close, log: () => readLog(logFolder), process };
  };

  test(`output comes from ${kind} ends to the log`, async (t) => {
    const { ended, close, log } = await run('log', 'cmd /c echo one& echo two>&2', [], false);
    await ended;
    t.is(streamOf(log(), 1).bytes.toString(), 'one\r\n');
    t.is(streamOf(log(), 2).bytes.toString(), 'two\r\n');
    await close();
    t.is((await bench.hcs.accounting()).streams, 0);
  });

  test(`bytes go to ${kind} ends and come back from them`, async (t) => {
    const node = globalThis.process.execPath;
    const { pipes, ended, close, process } = await run(
      'back',
      `${node} -e process.stdin.pipe(process.stdout)`,
      ['stdout'],
      true,
    );
    const [output, input] = [pipes.stdout, pipes.stdin].map((pipe) => net.connect(pipe?.path ?? ''));
    if (output === undefined || input === undefined) return t.fail();
    await Promise.all([once(output, 'connect'), once(input, 'connect')]);
    output.write(pipes.stdout?.token ?? '');
    const sent = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 13) % 256));
    input.write(pipes.stdin?.token ?? '');
    input.end(sent);
    await bench.seen.until((n) => n.kind === 'stdinEnd' && n.process === process);
    await bench.hcs.closeLocalStdin(process);
    const got: Buffer[] = [];
    for await (const part of output) got.push(part as Buffer);
    t.true(Buffer.concat(got).equals(sent));
    await ended;
    await close();
  });

  test(`much output of ${kind} ends is in the log to its last byte, also over older segments`, async (t) => {
    const node = globalThis.process.execPath;
    const wanted = Buffer.from(Array.from({ length: 100 }, (_, i) => `${String(1e9 + i).repeat(1000)}\n`).join(''));
    for (const segmentBytes of [10 << 20, 200_000]) {
      const { ended, close, log } = await run(
        `much-${segmentBytes}`,
        `${node} -e for(i=0;i<100;i++)console.log(String(1e9+i).repeat(1000))`,
        [],
        false,
        segmentBytes,
      );
      await ended;
      const { bytes, from } = streamOf(log(), 1);
      t.is(from + bytes.length, wanted.length);
      t.true(bytes.equals(wanted.subarray(from)));
      t.is(from > 0, segmentBytes === 200_000);
      await close();
    }
  });

  test(`a private pipe beside ${kind} ends is for its user alone`, async (t) => {
    const { pipes, close } = await run('private', 'cmd /c echo one', ['stdout'], false);
    const tool = path.join(DIST, 'native/win32-x64/hcs-private.exe');
    const shown = execFileSync(tool, ['--show', pipes.stdout?.path ?? ''], { encoding: 'utf8' });
    t.regex(shown, /D:P?\(A;;(?:GA|FA);;;[^)]+\)\s*$/u);
    await close();
  });
}
