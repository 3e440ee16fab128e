/** Rows about calls through the vmcompute ABI: one call, and whole lives, beside a C program that is compiled on the spot. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '#src/rpc/client/index.js';
import { timed } from './commands.js';
import type { Installation } from './installation.js';
import { atMost, beside, median, must, pairwise, repeat, within, type Row } from './measure.js';

const run = promisify(execFile);
const REACH_US = 25;
const REACH_LIFE_MS = 15;
const numbers = (text: string): number[] => text.trim().split('\n').map(Number);

/** The stand-in, and where its service listens. */
async function service({ root, home }: Installation): Promise<{ readonly library: string; readonly endpoint: string }> {
  const text = await readFile(join(home, 'simulator/service.json'), 'utf8');
  const { endpoint } = JSON.parse(text) as { endpoint: string };
  return { library: join(root, 'dist/native/libvmcompute.so'), endpoint };
}

/** OCI runtimes of this machine, for the reader: their containers are namespaces, ours are processes. */
async function peerRows(installation: Installation, rounds: number, life: () => Promise<number>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const peer of ['runc', 'crun']) {
    const what = 'create, start, exit, delete through the engine';
    const floor = `${peer} run of true`;
    const found = await run('sh', ['-c', `command -v ${peer}`]).then(
      () => true,
      () => false,
    );
    if (!found) {
      rows.push({
        what,
        floor,
        unit: 'ms',
        ours: { min: NaN, median: NaN, max: NaN },
        reach: '-',
        verdict: 'not here',
      });
      continue;
    }
    const bundle = await mkdtemp(join(tmpdir(), 'hcs-peer-'));
    try {
      await run(peer, ['spec', '--bundle', bundle]);
      const config = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8')) as Record<
        string,
        Record<string, unknown>
      >;
      config['process'] = { ...config['process'], args: ['true'], terminal: false };
      config['root'] = { path: '/', readonly: true };
      await (await import('node:fs/promises')).writeFile(join(bundle, 'config.json'), JSON.stringify(config));
      let n = 0;
      const peerLife = (): Promise<number> =>
        timed(peer, ['run', '--bundle', bundle, `bench-${process.pid}-${n++}`], installation.env);
      rows.push(beside(what, floor, 'ms', await pairwise(rounds, life, peerLife)));
    } catch (e) {
      rows.push({
        what,
        floor: `${floor} (does not run here: ${e instanceof Error ? e.message.split('\n')[0] : ''})`,
        unit: 'ms',
        ours: { min: NaN, median: NaN, max: NaN },
        reach: '-',
        verdict: 'not here',
      });
    } finally {
      await rm(bundle, { recursive: true, force: true });
    }
  }
  return rows;
}

export async function abiRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const { root, home, node } = installation;
  const client = await connect({ home, backend: 'simulator' });
  await client.list(false);
  const { library, endpoint } = await service(installation);
  const env = { ...process.env, HCS_SIMULATOR_ENDPOINT: endpoint };
  const floor = join(home, 'floor');
  const scratch = join(home, 'floor-scratch');
  try {
    await run(process.env['CC'] ?? 'cc', ['-O2', '-o', floor, join(root, 'bench/native/floor.c'), '-ldl', '-pthread']);
    await mkdir(scratch);
    const atOnce = join(home, 'libvmcompute.so');
    const shared = ['-O2', '-shared', '-fPIC', '-Wl,-soname,libvmcompute.so', '-o', atOnce];
    await run(process.env['CC'] ?? 'cc', [...shared, join(root, 'bench/native/atOnce.c')]);
    const times = short ? 200 : 5000;
    const called = async (what: string, file: string): Promise<Row> => {
      const caller = [join(root, 'build/bench/bridgeCaller.js'), file, endpoint, String(times)];
      const ours = async (): Promise<number> => median(numbers((await run(node, caller)).stdout)) / 1000;
      const theirs = async (): Promise<number> =>
        median(numbers((await run(floor, [file, 'call', String(times)], { env })).stdout)) / 1000;
      return beside(what, 'C caller of the same export', 'us', await pairwise(short ? 1 : 5, ours, theirs));
    };
    const call = await called('a bridge call that the library answers at once', atOnce);
    const over = call.ours.median - (call.theirs?.median ?? NaN);
    const asked = await called('a bridge call that asks the simulated service', library);

    const document = JSON.stringify({
      SystemType: 'Container',
      Name: 'floor',
      Owner: 'floor',
      VolumePath: '\\\\?\\Volume{678b54e6-23ba-100e-5ec8-83fd34eaa685}',
      LayerFolderPath: scratch,
      Layers: [{ ID: 'ba36fe09-79ac-55c5-ad84-7e8f9ae6cf1a', Path: join(home, 'simulator/base') }],
      HvPartition: false,
    });
    const program = JSON.stringify({
      CommandLine: 'true',
      WorkingDirectory: 'C:\\',
      ConsoleSize: [0, 0],
      CreateStdInPipe: false,
    });
    let n = 0;
    const life = async (): Promise<void> => {
      const id = `life-${n++}`;
      await client.create({ id, builtinBase: true, spec: { process: { args: ['true'], cwd: 'C:\\' } } });
      await client.start({ id });
      const { exitCode } = await client.wait(id, undefined, 'container');
      must(exitCode === 0, `a program that ends with 0 ended with ${String(exitCode)}`);
      await client.delete(id, false);
    };
    const batch = short ? 3 : 30;
    const lives = await pairwise(
      short ? 1 : rounds,
      async () => median(await repeat(batch, 1, life)),
      async () =>
        median(
          numbers(
            (
              await run(floor, [library, 'lives', String(batch), `floor-${process.pid}-${n++}`, document, program], {
                env,
              })
            ).stdout,
          ),
        ) / 1000,
    );
    const what = 'create, start, exit, delete through the engine';
    const peers = await peerRows(installation, short ? 1 : rounds, async () => median(await repeat(3, 1, life)));
    return [
      { ...call, ratio: undefined, reach: `<= +${REACH_US} us`, verdict: over <= REACH_US ? 'reached' : 'not yet' },
      asked,
      atMost(what, 'C program, same calls, same service, nothing stored', 'ms', 2, lives),
      within(what, 'ms', lives.ours, { most: REACH_LIFE_MS }),
      ...peers,
    ];
  } finally {
    await client.close();
  }
}
