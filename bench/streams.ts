/** Rows about bytes and messages over the engine's socket: stream frames, raw pipes, a cancel while HCS hangs, idle streams. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { connectSimulator } from '#src/cli/simulatorControl.js';
import { connect, openPrivatePipe, type Client } from '#src/rpc/client/index.js';
import type { Installation } from './installation.js';
import { atLeast, must, pairwise, repeat, within, type Row } from './measure.js';
import { enginePeer } from './peer.js';
import { usage } from './processes.js';
import { bareConnection, pumped } from './wire.js';

const MIB = 2 ** 20;
const FRAME = 64 * 1024;
const ZEROS = Buffer.alloc(MIB);

class Counter {
  bytes = 0;
  take(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    must(
      Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).equals(ZEROS.subarray(0, chunk.length)),
      'wrong bytes',
    );
  }
}

let containers = 0;
const produce = (bytes: number): string[] => ['sh', '-c', `head -c ${bytes} /dev/zero`];

/** A container with this program, created and not started. */
async function made(client: Client, args: readonly string[]): Promise<string> {
  const id = `stream-${containers++}`;
  await client.create({ id, builtinBase: true, spec: { process: { args: [...args], cwd: '/' } } });
  return id;
}

/** MiB/s of a program's stdout, from the start of the program. */
async function rate(bytes: number, read: (counter: Counter) => Promise<void>): Promise<number> {
  const counter = new Counter();
  const began = performance.now();
  await read(counter);
  const seconds = (performance.now() - began) / 1000;
  must(counter.bytes === bytes, `${counter.bytes} bytes of ${bytes}`);
  return bytes / MIB / seconds;
}

const drain = async (source: Readable, counter: Counter): Promise<void> => {
  source.on('data', (chunk: Buffer) => {
    counter.take(chunk);
  });
  await once(source, 'close');
};

async function framesRow(installation: Installation, client: Client, rounds: number, bytes: number): Promise<Row> {
  const ours = async (): Promise<number> => {
    const id = await made(client, produce(bytes));
    const result = await rate(bytes, async (counter) => {
      await client.start({ id, foreground: ['stdout'] });
      for await (const chunk of await client.openStream({ id, stream: 'stdout', foreground: true }))
        counter.take(chunk);
    });
    await client.delete(id, true);
    return result;
  };
  const bare = await bareConnection(installation);
  try {
    const theirs = (): Promise<number> =>
      rate(bytes, (counter) =>
        pumped(bare.rpc, bytes, FRAME, (data) => {
          counter.take(Buffer.from(data, 'base64'));
        }),
      );
    return atLeast(
      `${bytes / MIB} MiB of a program over JSON-RPC, in frames of 64 KiB, log on`,
      'the same frames by bare vscode-jsonrpc, no program, no log',
      'MiB/s',
      0.8,
      await pairwise(rounds, ours, theirs),
    );
  } finally {
    bare.close();
  }
}

async function pipeRow(client: Client, rounds: number, bytes: number): Promise<Row> {
  const ours = async (): Promise<number> => {
    const id = await made(client, produce(bytes));
    const result = await rate(bytes, async (counter) => {
      const { stdio } = await client.start({ id, foreground: ['stdout'] });
      if (stdio.stdout === undefined) throw new Error('no private pipe');
      await drain(await openPrivatePipe(stdio.stdout), counter);
    });
    await client.delete(id, true);
    return result;
  };
  const theirs = (): Promise<number> =>
    rate(bytes, async (counter) => {
      const [file = '', ...args] = produce(bytes);
      await drain(spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout, counter);
    });
  return atLeast(
    `${bytes / MIB} MiB by private pipe, log on`,
    'the program’s own pipe',
    'MiB/s',
    0.8,
    await pairwise(rounds, ours, theirs),
  );
}

/** From the cancel to the engine's answer, while HCS does not answer the call behind the request. */
async function cancelRow({ home }: Installation, client: Client, times: number): Promise<Row> {
  const control = await connectSimulator(home);
  if (control === undefined) throw new Error('no simulated service');
  const peer = await enginePeer(home);
  try {
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      const id = await made(client, ['true']);
      const { id: fault } = await control.rpc.sendRequest<{ id: number }>('fault/set', {
        name: 'HcsCreateProcess',
        hang: true,
      });
      const cancel = new CancellationTokenSource();
      const answer = peer.rpc.sendRequest<object>('container/start', { id }, cancel.token).then(
        () => 'a result',
        (e: unknown) => (e as { data?: { code?: string } }).data?.code ?? String(e),
      );
      await until(
        async () =>
          (await control.rpc.sendRequest<{ items: { struck: number }[] }>('fault/list')).items[0]?.struck === 1,
      );
      const began = performance.now();
      cancel.cancel();
      const code = await answer;
      took.push(performance.now() - began);
      must(code === 'cancelled', `a cancelled start was answered with ${code}`);
      await control.rpc.sendRequest('fault/clear', { id: fault });
      await client.delete(id, true);
    }
    return within('cancel answered while HCS hangs', 'ms', took, { most: 100 });
  } finally {
    peer.close();
    control.close();
  }
}

async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await pause(5);
}

async function idleRow(client: Client, streams: number): Promise<Row> {
  const { pid } = await client.engineStatus();
  const id = await made(client, ['sleep', '100000']);
  await client.start({ id });
  const before = (await usage(pid)).threads;
  // stdout and stderr of each.
  await repeat(streams / 2, 4, () => client.exec({ id, process: { args: ['sleep', '100000'], cwd: '/' } }));
  const after = (await usage(pid)).threads;
  await client.delete(id, true);
  return within(`threads that ${streams} idle streams add to the engine`, 'threads', [after - before], { most: 8 });
}

export async function streamRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const client = await connect({ home: installation.home, backend: 'simulator' });
  const few = short ? 1 : Math.min(rounds, 5);
  try {
    return [
      await framesRow(installation, client, few, (short ? 8 : 256) * MIB),
      await pipeRow(client, few, (short ? 16 : 1024) * MIB),
      await cancelRow(installation, client, short ? 1 : 20),
      await idleRow(client, short ? 20 : 2000),
    ];
  } finally {
    await client.close();
  }
}
