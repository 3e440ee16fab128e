/** Rows about whole commands: start-up, a run, bytes of a program. Floor: the same runtime doing nothing, or a bare pipe. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { atLeast, atMost, pairwise, type Row } from './measure.js';
import type { Installation } from './installation.js';

/** Wall time of a command in ms; wrong output or status is an error, never a figure. */
export async function timed(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  status = 0,
): Promise<number> {
  const began = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== status) throw new Error(`${args.join(' ')} ended with ${String(code)}, not ${status}`);
  return performance.now() - began;
}

const MIB = 2 ** 20;

/** Seconds until `bytes` bytes have come out of a command's stdout through a pipe that is read to its end, all counted. */
async function drained(file: string, args: readonly string[], env: NodeJS.ProcessEnv, bytes: number): Promise<number> {
  const began = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let got = 0;
  child.stdout.on('data', (chunk: Buffer) => (got += chunk.length));
  await once(child, 'close');
  if (got !== bytes) throw new Error(`${got} bytes arrived of ${bytes}`);
  return (performance.now() - began) / 1000;
}

export async function commandRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const { node, hcs, env } = installation;
  const nothing = (): Promise<number> => timed(node, ['-e', '0'], env);
  const command = (args: readonly string[]) => (): Promise<number> => timed(node, [hcs, ...args], env);
  const rows: Row[] = [];
  await command(['list', '--json'])();
  rows.push(atMost('hcs version', 'node -e 0', 'ms', 1.1, await pairwise(rounds, command(['version']), nothing)));
  rows.push(
    atMost(
      'hcs list --json, engine warm',
      'node -e 0',
      'ms',
      1.3,
      await pairwise(rounds, command(['list', '--json']), nothing),
    ),
  );
  rows.push(
    atMost(
      'hcs run true, engine warm',
      'node -e 0',
      'ms',
      1.5,
      await pairwise(rounds, command(['run', '--rm', 'true']), nothing),
    ),
  );
  const cold = async (): Promise<number> => {
    await timed(node, [hcs, 'engine', 'stop'], env);
    return command(['list', '--json'])();
  };
  rows.push(atMost('hcs list, cold', 'node -e 0', 'ms', 8, await pairwise(Math.min(rounds, 5), cold, nothing)));

  const bytes = (short ? 16 : 1024) * MIB;
  const produce = `head -c ${bytes} /dev/zero`;
  const rate = (seconds: number): number => bytes / MIB / seconds;
  rows.push(
    atLeast(
      `${bytes / MIB} MiB of stdout through hcs run, log on`,
      'the same program through cat',
      'MiB/s',
      0.8,
      await pairwise(
        short ? 1 : 3,
        async () => rate(await drained(node, [hcs, 'run', '--rm', '--', 'sh', '-c', produce], env, bytes)),
        async () => rate(await drained('sh', ['-c', `${produce} | cat`], env, bytes)),
      ),
    ),
  );
  return rows;
}
