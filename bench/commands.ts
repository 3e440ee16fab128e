/** Rows about whole commands: start-up, a run, bytes of a program. Floor: the same runtime doing nothing, or a bare pipe. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atLeast, atMost, must, pairwise, type Row } from './measure.js';
import type { Installation } from './installation.js';

/** Wall time of a command in ms, its stdout read to the end through a pipe; a wrong status, or output that `check` throws at, is an error. */
export async function timed(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  status = 0,
  check: (stdout: string) => void = () => undefined,
): Promise<number> {
  const began = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  const took = performance.now() - began;
  must(code === status, `${args.join(' ')} ended with ${String(code)}, not ${status}`);
  check(Buffer.concat(out).toString());
  return took;
}

const MIB = 2 ** 20;

const ZEROS = Buffer.alloc(MIB);

/** Seconds until `bytes` zero bytes have come out of a command's stdout through a pipe that is read to its end, all looked at. */
async function drained(file: string, args: readonly string[], env: NodeJS.ProcessEnv, bytes: number): Promise<number> {
  const began = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let got = 0;
  let wrong = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    got += chunk.length;
    if (!chunk.equals(ZEROS.subarray(0, chunk.length))) wrong++;
  });
  await once(child, 'close');
  must(got === bytes, `${got} bytes arrived of ${bytes}`);
  must(wrong === 0, `${wrong} chunks with other bytes than were written`);
  return (performance.now() - began) / 1000;
}

/** A file of bytes without a pattern, whole and in order through `hcs run`. */
async function intact({ node, hcs, env, home }: Installation, bytes: number): Promise<void> {
  const file = join(home, 'random');
  const written = randomBytes(bytes);
  await writeFile(file, written);
  const child = spawn(node, [hcs, 'run', '--rm', '--', 'cat', file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const hash = createHash('sha256');
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) hash.update(chunk);
  const expected = createHash('sha256').update(written).digest('hex');
  must(hash.digest('hex') === expected, `${bytes} random bytes did not come through as they were`);
  await rm(file);
}

export async function commandRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const { node, hcs, env } = installation;
  const nothing = (): Promise<number> => timed(node, ['-e', '0'], env);
  const command = (args: readonly string[], expected: RegExp) => (): Promise<number> =>
    timed(node, [hcs, ...args], env, 0, (text) => {
      must(expected.test(text), `${args.join(' ')} printed ${JSON.stringify(text.slice(0, 200))}`);
    });
  const LIST = /^\{"schema":"hostcompute\.list\/v1","ok":true,"items":\[\]/;
  const list = command(['list', '--json'], LIST);
  const rows: Row[] = [];
  await list();
  rows.push(
    atMost(
      'hcs version',
      'node -e 0',
      'ms',
      1.1,
      await pairwise(rounds, command(['version'], /^\{"schema":"hostcompute\.version\/v1","ok":true/), nothing),
    ),
  );
  rows.push(atMost('hcs list --json, engine warm', 'node -e 0', 'ms', 1.3, await pairwise(rounds, list, nothing)));
  rows.push(
    atMost(
      'hcs run true, engine warm',
      'node -e 0',
      'ms',
      1.5,
      await pairwise(rounds, command(['run', '--rm', 'true'], /^$/), nothing),
    ),
  );
  const cold = async (): Promise<number> => {
    await timed(node, [hcs, 'engine', 'stop'], env);
    return list();
  };
  rows.push(atMost('hcs list, cold', 'node -e 0', 'ms', 8, await pairwise(Math.min(rounds, 5), cold, nothing)));

  const bytes = (short ? 16 : 1024) * MIB;
  await intact(installation, (short ? 4 : 64) * MIB);
  const produce = `head -c ${bytes} /dev/zero`;
  const rate = (seconds: number): number => bytes / MIB / seconds;
  rows.push(
    atLeast(
      `${bytes / MIB} MiB of stdout through hcs run, log on`,
      'the same program through cat',
      'MiB/s',
      0.8,
      await pairwise(
        short ? 1 : 7,
        async () => rate(await drained(node, [hcs, 'run', '--rm', '--', 'sh', '-c', produce], env, bytes)),
        async () => rate(await drained('sh', ['-c', `${produce} | cat`], env, bytes)),
      ),
    ),
  );
  return rows;
}
