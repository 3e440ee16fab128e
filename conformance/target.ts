/** The installation under test: a command to run, a home of its own, and the means to make containers there. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

export interface Ran {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** stdout as text. */
  readonly text: string;
}

export type Json = Record<string, unknown>;

export interface TargetOptions {
  /** Command and leading arguments that start `hcs`. */
  readonly command: readonly string[];
  readonly home: string;
  readonly backend: 'hcs' | 'simulator';
  /** Windows layer folder for `run --layer`; needed on real HCS. */
  readonly layer?: string;
  readonly hyperv: boolean;
}

/** First words of verbs of two. */
const NOUNS = new Set(['layer', 'network', 'endpoint', 'simulator', 'engine']);

let made = 0;

export class Target {
  readonly #folders: string[] = [];

  constructor(readonly options: TargetOptions) {}

  /** A container id that no other check uses. */
  id(): string {
    return `conf-${process.pid}-${++made}`;
  }

  /** Options that give `run` and `create` something to run on. */
  get base(): readonly string[] {
    return this.options.layer === undefined ? [] : ['--layer', this.options.layer];
  }

  /** A folder that is removed at the end, under a name that no other check uses. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'hcs-conf-'));
    this.#folders.push(folder);
    return folder;
  }

  /** A layer folder to stand on: that of `--layer`, else a made-up one, whose parent is `base`, for the simulator. */
  async layerFolder(): Promise<string> {
    if (this.options.layer !== undefined) return resolve(this.options.layer);
    const folder = await this.folder();
    for (const [name, chain] of [
      ['base', null],
      ['app', [join(folder, 'base')]],
    ] as const) {
      await mkdir(join(folder, name, 'Files'), { recursive: true });
      await writeFile(join(folder, name, 'layerchain.json'), JSON.stringify(chain));
    }
    return join(folder, 'app');
  }

  async close(): Promise<void> {
    for (const folder of this.#folders)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }

  hcs(args: readonly string[], input?: string | Buffer): Promise<Ran> {
    const [file, ...first] = this.options.command as [string, ...string[]];
    return new Promise((resolve) => {
      const child = execFile(
        file,
        [...first, ...args],
        {
          env: { ...process.env, HCS_HOME: this.options.home, HCS_BACKEND: this.options.backend, CI: 'true' },
          encoding: 'buffer',
          maxBuffer: 64 << 20,
          timeout: 120_000,
        },
        (_error, stdout, stderr) => {
          resolve({ status: child.exitCode, stdout, stderr: stderr.toString('utf8'), text: stdout.toString('utf8') });
        },
      );
      child.stdin?.on('error', () => undefined).end(input ?? '');
    });
  }

  /** Runs a verb with `--json` and returns its document with the exit status. */
  async json(args: readonly string[], input?: string | Buffer): Promise<{ status: number | null; document: Json }> {
    const words = NOUNS.has(args[0] ?? '') ? 2 : 1;
    const ran = await this.hcs([...args.slice(0, words), '--json', ...args.slice(words)], input);
    return { status: ran.status, document: JSON.parse(ran.text) as Json };
  }

  /** Creates a container that runs `command` and gives its id to `body`; removes it afterwards, whatever happened. */
  async withContainer(
    command: readonly string[],
    body: (id: string) => Promise<void>,
    options: readonly string[] = [],
  ): Promise<void> {
    const id = this.id();
    const made = await this.hcs(['create', '--id', id, ...this.base, ...options, '--', ...command]);
    if (made.status !== 0) throw new Error(`create failed (${made.status}): ${made.text}${made.stderr}`);
    try {
      await body(id);
    } finally {
      await this.hcs(['delete', '--force', id]);
    }
  }

  /** As withContainer, with a container whose init waits on its open stdin. */
  withRunning(body: (id: string) => Promise<void>, options: readonly string[] = []): Promise<void> {
    return this.withContainer(
      ['cmd'],
      async (id) => {
        const started = await this.hcs(['start', '-i', id]);
        if (started.status !== 0) throw new Error(`start failed (${started.status}): ${started.text}${started.stderr}`);
        await body(id);
      },
      options,
    );
  }

  /** A connected JSON-RPC client over `serve --stdio`, not yet initialized. */
  async withHost(body: (rpc: MessageConnection, ended: Promise<number | null>) => Promise<void>): Promise<void> {
    const [file, ...first] = this.options.command as [string, ...string[]];
    const host = spawn(file, [...first, 'serve', '--stdio'], {
      env: { ...process.env, HCS_HOME: this.options.home, HCS_BACKEND: this.options.backend },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(host, 'exit').then(([code]) => code as number | null);
    host.stdin.on('error', () => undefined);
    const rpc = createMessageConnection(new StreamMessageReader(host.stdout), new StreamMessageWriter(host.stdin));
    rpc.onError(() => undefined);
    rpc.listen();
    try {
      await body(rpc, ended);
    } finally {
      rpc.dispose();
      host.stdin.end();
      const timer = setTimeout(() => host.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    }
  }

  /** As withHost, after the handshake. */
  withClient(body: (rpc: MessageConnection, ended: Promise<number | null>) => Promise<void>): Promise<void> {
    return this.withHost(async (rpc, ended) => {
      await rpc.sendRequest('initialize', INITIALIZE);
      await rpc.sendNotification('initialized', {});
      await body(rpc, ended);
    });
  }

  /** Parameters of `container/create` for a container that runs `args`. */
  createParams(id: string, args: readonly string[], more: Json = {}): Json {
    return {
      id,
      spec: { ociVersion: '1.1.0', process: { cwd: 'C:\\', args } },
      ...(this.options.layer === undefined ? { builtinBase: true } : { layer: this.options.layer }),
      ...more,
    };
  }
}

export const INITIALIZE = {
  processId: process.pid,
  clientInfo: { name: 'conformance', version: '1' },
  protocolVersions: [1],
  capabilities: {},
};
