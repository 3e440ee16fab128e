/** A simulated service of its own for a test: real process, real launcher, private folders; all gone afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext, TestFn } from 'ava';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { RunningService } from '#src/simulator/ensure.js';
import { WireClient, type Reply } from './client.js';

const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../..');
export const SCRIPT = join(root, 'dist/simulator/main.js');
export const NATIVE = join(root, 'dist/native');
export const PENDING = 0xc0370103;

export interface Status {
  readonly pid: number;
  readonly computeSystems: number;
  readonly processes: number;
  readonly handles: number;
  readonly registrations: number;
  readonly strings: number;
  readonly clients: number;
  readonly launchers: number;
}

export class Fixture {
  readonly home: string;
  readonly runtimeDir: string;
  service: RunningService = { pid: 0, endpoint: '', control: '' };
  child: ChildProcess | undefined;
  readonly #clients: WireClient[] = [];
  readonly #controls: MessageConnection[] = [];

  constructor() {
    this.home = mkdtempSync(join(tmpdir(), 'hsim-'));
    this.runtimeDir = join(this.home, 'run');
    mkdirSync(this.layer);
    mkdirSync(this.scratch);
  }

  get layer(): string {
    return join(this.home, 'base');
  }

  get scratch(): string {
    return join(this.home, 'scratch');
  }

  get folder(): string {
    return join(this.home, 'simulator');
  }

  async start(args: readonly string[] = []): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, 'service.json');
    const child = spawn(
      process.execPath,
      [SCRIPT, '--home', this.home, '--native', NATIVE, '--runtime-dir', this.runtimeDir, ...args],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    this.child = child;
    await new Promise<void>((done, fail) => {
      const watcher = watch(this.folder, look);
      function end(finish: () => void): void {
        watcher.close();
        child.off('exit', onExit);
        finish();
      }
      function onExit(code: number | null): void {
        end(() => {
          fail(new Error(`the service ended with ${String(code)}`));
        });
      }
      function look(): void {
        if (describedPid(file) === child.pid) end(done);
      }
      child.once('exit', onExit);
      look();
    });
    this.service = JSON.parse(readFileSync(file, 'utf8')) as RunningService;
  }

  async client(): Promise<WireClient> {
    const client = await WireClient.connect(this.service.endpoint);
    this.#clients.push(client);
    return client;
  }

  async control(): Promise<MessageConnection> {
    const socket = connect(this.service.control);
    await new Promise((done, fail) => {
      socket.once('connect', done);
      socket.once('error', fail);
    });
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    connection.onClose(() => socket.destroy());
    connection.onError(() => socket.destroy());
    connection.listen();
    this.#controls.push(connection);
    return connection;
  }

  async status(): Promise<Status> {
    const control = await this.control();
    return control.sendRequest('status');
  }

  async fault(rule: object): Promise<number> {
    const control = await this.control();
    const { id } = await control.sendRequest<{ id: number }>('fault/set', { rule });
    return id;
  }

  /** A good document for process isolation, changed by `over` (undefined removes a field). */
  document(over: Record<string, unknown> = {}): string {
    return JSON.stringify({
      SystemType: 'Container',
      Name: 'c',
      Owner: 'test',
      VolumePath: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}',
      LayerFolderPath: this.scratch,
      Layers: [{ ID: '18955d65-d45a-557b-bf1c-49d6dfefc526', Path: this.layer }],
      HvPartition: false,
      ...over,
    });
  }

  hyperV(over: Record<string, unknown> = {}): string {
    const image = join(this.layer, 'UtilityVM');
    mkdirSync(image, { recursive: true });
    return this.document({ VolumePath: undefined, HvPartition: true, HvRuntime: { ImagePath: image }, ...over });
  }

  write(path: string, text: string): string {
    const whole = join(this.home, path);
    writeFileSync(whole, text);
    return whole;
  }

  async end(): Promise<void> {
    for (const connection of this.#controls) connection.dispose();
    for (const client of this.#clients) client.close();
    const { child } = this;
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}

function describedPid(file: string): number | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunningService).pid : undefined;
}

/** A started service that ends with the test. */
export async function service(t: ExecutionContext, args: readonly string[] = []): Promise<Fixture> {
  const fixture = new Fixture();
  t.teardown(() => fixture.end());
  await fixture.start(args);
  return fixture;
}

/** One service for a whole test file whose tests do not disturb each other. */
export function sharedService(test: TestFn, args: readonly string[] = []): () => Fixture {
  let fixture: Fixture | undefined;
  test.before(async () => {
    fixture = new Fixture();
    await fixture.start(args);
  });
  test.after.always(() => fixture?.end());
  return () => fixture!;
}

export const numberAt = (reply: Reply, i: number): number => Number(reply.values[i]);

export function jsonAt(reply: Reply, i: number): Record<string, unknown> {
  return JSON.parse(String(reply.values[i])) as Record<string, unknown>;
}

export interface StartedSystem {
  readonly handle: number;
  readonly registration: number;
}

/** Creates and starts a system; its completions have come. */
export async function running(client: WireClient, id: string, document: string): Promise<StartedSystem> {
  const created = await client.call('HcsCreateComputeSystem', id, document, 0);
  if (created.hresult !== PENDING && created.hresult !== 0) throw new Error(`create: ${created.values.join()}`);
  const handle = numberAt(created, 0);
  const registration = await client.register('system', handle);
  if (created.hresult === PENDING) await client.notified(registration, 'SystemCreateCompleted');
  const started = await client.call('HcsStartComputeSystem', handle, '');
  if (started.hresult === PENDING) await client.notified(registration, 'SystemStartCompleted');
  else if (started.hresult !== 0) throw new Error(`start: ${started.values.join()}`);
  return { handle, registration };
}

export interface StartedProcess {
  readonly handle: number;
  readonly pid: number;
  readonly registration: number;
}

/** Runs `sh -c text`, or another ProcessConfig. */
export async function program(
  client: WireClient,
  system: number,
  what: string | Record<string, unknown>,
): Promise<StartedProcess> {
  const config = typeof what === 'string' ? { CommandArgs: ['sh', '-c', what], WorkingDirectory: '/' } : what;
  const reply = await client.call('HcsCreateProcess', system, JSON.stringify({ ConsoleSize: [0, 0], ...config }));
  if (reply.hresult !== 0) throw new Error(`HcsCreateProcess: ${reply.hresult.toString(16)} ${reply.values.join()}`);
  const handle = numberAt(reply, 0);
  return { handle, pid: numberAt(reply, 1), registration: await client.register('process', handle) };
}

/** Waits for the end of a process and gives its status. */
export async function exitOf(client: WireClient, process: StartedProcess): Promise<Record<string, unknown>> {
  await client.notified(process.registration, 'ProcessExited');
  return jsonAt(await client.call('HcsGetProcessProperties', process.handle), 0);
}
