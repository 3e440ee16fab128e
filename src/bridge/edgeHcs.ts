/** HcsPort over edge-js: encode, call, decode, name the error; tokens and events through {@link Inbox}. */
import os from 'node:os';
import path from 'node:path';
import fs from 'node:fs';
import * as t from 'io-ts';
import { RuntimeError, invalidRequest } from '../core/errors.js';
import { isFailure, isPending, parseResult, symbolOf } from '../core/hresult.js';
import {
  HcsError,
  type Accepted,
  type HcsPort,
  type PrivatePipe,
  type ProcessStatus,
  type ProcessToken,
  type RelayStarted,
  type SystemToken,
  type Tracer,
} from '../core/ports.js';
import { loadBridge, type Invoke } from './loadBridge.js';
import { Inbox } from './notifications.js';
import { encodeCall, resultOf } from './otherExports.js';
import * as wire from './wire.js';

export interface EdgeHcsOptions {
  /** The package's `dist` folder: `bridge/HcsBridge.dll`, `bridge/edge/`. */
  readonly distFolder: string;
  readonly backend: 'hcs' | 'simulator';
  /** Simulator: full path of the stand-in. */
  readonly library?: string;
  /** Simulator: where its service listens; the stand-in reads it from the environment (HCS_SIMULATOR_ENDPOINT). */
  readonly endpoint?: string;
  /** Existing folder, 0700, for private pipes; a temporary one is made when absent. Not used on Windows. */
  readonly pipeFolder?: string;
  readonly trace?: Tracer;
}

const MAX_EVENTS_A_PULL = 512;
/** Socket paths above this are cut or refused somewhere (design 1). A private pipe's name has 16 characters. */
const MAX_PIPE_FOLDER_BYTES = 100 - 17;
const PROCESS_INFO_NOT_AVAILABLE = 0x8037011d;

/**
 * Starts the CLR, loads the library and gives the port. Throws RuntimeError `unavailable` (with a hint) when .NET, edge-js, the
 * stand-in or vmcompute.dll is missing, `versionMismatch` when HcsBridge.dll is of another build.
 */
export async function createEdgeHcs(options: EdgeHcsOptions): Promise<HcsPort> {
  if (options.endpoint !== undefined) process.env['HCS_SIMULATOR_ENDPOINT'] = options.endpoint;
  if (options.backend === 'simulator' && options.library === undefined) {
    throw new RuntimeError('internal', 'the simulator needs the path of its library');
  }
  const invoke = loadBridge(options.distFolder);
  const answer = await invoke({
    op: 'load',
    backend: options.backend,
    library: options.library === undefined ? null : path.resolve(options.library),
    endpoint: options.endpoint ?? null,
  });
  if (wire.Fault.is(answer)) {
    // ERROR_MOD_NOT_FOUND. The file comes with the Containers feature.
    if (options.backend === 'hcs' && /vmcompute\.dll: error 126$/.test(answer.fault))
      throw new RuntimeError('unavailable', 'this Windows has no Host Compute Service: there is no vmcompute.dll', {
        hint: 'enable the Windows feature Containers and restart (Windows Home has none), or use --backend simulator',
      });
    throw new RuntimeError('unavailable', `the Host Compute Service cannot be loaded: ${answer.fault}`, {
      hint:
        options.backend === 'hcs'
          ? 'enable the Windows features Containers and Hyper-V, or use --backend simulator'
          : 'build the simulator with `npm run build:native`',
    });
  }
  const { version } = wire.decodeAnswer('load', wire.LoadAnswer, answer);
  if (version !== wire.WIRE_VERSION) {
    throw new RuntimeError('versionMismatch', `HcsBridge.dll speaks wire ${version}, this code ${wire.WIRE_VERSION}`, {
      hint: 'build again with `npm run build:bridge`, or install the package again',
    });
  }
  return new EdgeHcs(invoke, options);
}

class EdgeHcs implements HcsPort {
  private readonly inbox: Inbox;
  private readonly closing = new Map<number, Promise<void>>();
  private pulling: Promise<void> | undefined;
  private temporaryFolder: string | undefined;
  private gone: 'no' | 'closed' | 'broken' = 'no';

  constructor(
    private readonly invoke: Invoke,
    private readonly options: EdgeHcsOptions,
  ) {
    this.inbox = new Inbox(options.trace);
  }

  async createComputeSystem(id: string, document: string): Promise<Accepted & { readonly system: SystemToken }> {
    return this.adoptSystem('HcsCreateComputeSystem', { id, document });
  }

  async openComputeSystem(id: string): Promise<{ readonly system: SystemToken }> {
    const { system } = await this.adoptSystem('HcsOpenComputeSystem', { id });
    return { system };
  }

  startComputeSystem(system: SystemToken): Promise<Accepted> {
    return this.accepted('HcsStartComputeSystem', { system, options: '' });
  }

  shutdownComputeSystem(system: SystemToken): Promise<Accepted> {
    return this.accepted('HcsShutdownComputeSystem', { system, options: '' });
  }

  terminateComputeSystem(system: SystemToken): Promise<Accepted> {
    return this.accepted('HcsTerminateComputeSystem', { system, options: '' });
  }

  pauseComputeSystem(system: SystemToken): Promise<Accepted> {
    return this.accepted('HcsPauseComputeSystem', { system, options: '' });
  }

  resumeComputeSystem(system: SystemToken): Promise<Accepted> {
    return this.accepted('HcsResumeComputeSystem', { system, options: '' });
  }

  closeComputeSystem(system: SystemToken): Promise<void> {
    return this.closeToken('HcsCloseComputeSystem', { system }, system);
  }

  async getComputeSystemProperties(system: SystemToken, query: string): Promise<string | null> {
    const answer = await this.native('HcsGetComputeSystemProperties', { system, query }, wire.PropertiesAnswer);
    return answer.properties;
  }

  modifyComputeSystem(system: SystemToken, configuration: string): Promise<Accepted> {
    return this.accepted('HcsModifyComputeSystem', { system, configuration });
  }

  async enumerateComputeSystems(query: string): Promise<string | null> {
    const answer = await this.native('HcsEnumerateComputeSystems', { query }, wire.ComputeSystemsAnswer);
    return answer.computeSystems;
  }

  async createProcess(
    system: SystemToken,
    parameters: string,
  ): Promise<{ readonly process: ProcessToken; readonly pid: number }> {
    const { process, pid } = await this.adoptProcess('HcsCreateProcess', { system, parameters });
    return { process, pid: pid ?? 0 };
  }

  async openProcess(system: SystemToken, pid: number): Promise<{ readonly process: ProcessToken }> {
    const { process } = await this.adoptProcess('HcsOpenProcess', { system, pid });
    return { process };
  }

  async getProcessInfo(process: ProcessToken): Promise<{ readonly pid: number }> {
    const ends = await this.native('HcsGetProcessInfo', { process }, wire.EndsAnswer);
    if (!ends.stdin && !ends.stdout && !ends.stderr) throw failure('HcsGetProcessInfo', PROCESS_INFO_NOT_AVAILABLE);
    return { pid: ends.pid };
  }

  async getProcessProperties(process: ProcessToken): Promise<ProcessStatus> {
    const operation = 'HcsGetProcessProperties';
    const { properties } = await this.native(operation, { process }, wire.PropertiesAnswer);
    return decodeStatus(operation, properties);
  }

  async modifyProcess(process: ProcessToken, settings: string): Promise<void> {
    await this.accepted('HcsModifyProcess', { process, settings });
  }

  signalProcess(process: ProcessToken, options: string): Promise<Accepted> {
    return this.accepted('HcsSignalProcess', { process, options });
  }

  terminateProcess(process: ProcessToken): Promise<Accepted> {
    return this.accepted('HcsTerminateProcess', { process });
  }

  closeProcess(process: ProcessToken): Promise<void> {
    return this.closeToken('HcsCloseProcess', { process }, process);
  }

  async startRelay(process: ProcessToken, request: Parameters<HcsPort['startRelay']>[1]): Promise<RelayStarted> {
    const { logFolder, segmentBytes, segments, foreground, stdin, attachTimeoutMs } = request;
    const pipeFolder = foreground.length > 0 || stdin ? this.pipeFolder() : null;
    const fields = { process, logFolder, segmentBytes, segments, foreground, stdin, attachTimeoutMs, pipeFolder };
    const answer = await this.request('startRelay', fields);
    const refusal = wire.NativeAnswer.decode(answer);
    if (refusal._tag === 'Right') throw failure('startRelay', refusal.right.hresult);
    const pipes = wire.decodeAnswer('startRelay', wire.RelayAnswer, answer);
    const entry = (name: 'stdin' | 'stdout' | 'stderr'): Readonly<Record<string, PrivatePipe>> =>
      pipes[name] === null ? {} : { [name]: pipes[name] };
    return { ...entry('stdin'), ...entry('stdout'), ...entry('stderr') };
  }

  async closeLocalStdin(process: ProcessToken): Promise<void> {
    wire.decodeAnswer('closeLocalStdin', t.UnknownRecord, await this.request('closeLocalStdin', { process }));
  }

  async watchLog(process: ProcessToken, on: boolean): Promise<void> {
    wire.decodeAnswer('watchLog', t.UnknownRecord, await this.request('watchLog', { process, on }));
  }

  async call(operation: string, args: readonly unknown[]): Promise<unknown> {
    return resultOf(operation, await this.native(operation, encodeCall(operation, args), t.UnknownRecord));
  }

  async accounting(): ReturnType<HcsPort['accounting']> {
    const answer = await this.request('accounting', {});
    const { systems, processes, callbacks, streams } = wire.decodeAnswer('accounting', wire.AccountingAnswer, answer);
    return { systems, processes, callbacks, streams };
  }

  onNotifications(listener: Parameters<HcsPort['onNotifications']>[0]): void {
    this.inbox.listen(listener);
    this.pulling ??= this.pull();
  }

  async close(): Promise<void> {
    if (this.gone === 'closed') return;
    this.gone = 'closed';
    try {
      wire.decodeAnswer('close', t.UnknownRecord, await this.invoke({ op: 'close' }));
      await this.pulling;
    } finally {
      if (this.temporaryFolder !== undefined) fs.rmSync(this.temporaryFolder, { recursive: true, force: true });
    }
  }

  /** One long poll after the other until the bridge is closed. */
  private async pull(): Promise<void> {
    try {
      for (;;) {
        const answer = await this.invoke({ op: 'nextEvents', max: MAX_EVENTS_A_PULL });
        const { events } = wire.decodeAnswer('nextEvents', wire.EventsAnswer, answer);
        if (events.length === 0) return;
        this.inbox.receive(events);
      }
    } catch (e) {
      if (this.gone === 'no') this.gone = 'broken';
      this.options.trace?.log('error', 'the event pull ended', { message: e instanceof Error ? e.message : String(e) });
    }
  }

  private async request(op: string, fields: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.gone !== 'no') throw new RuntimeError('unavailable', `${op}: the bridge is ${this.gone}`);
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string' && value.includes('\0')) {
        throw invalidRequest(`${op}: ${name} contains a NUL character`, [
          { path: name, expected: 'text without NUL', got: 'text with NUL' },
        ]);
      }
    }
    return this.invoke({ op, ...fields });
  }

  /** A native call whose answer has the members of `codec` when HCS accepted it. */
  private async native<A>(
    op: string,
    fields: Readonly<Record<string, unknown>>,
    codec: t.Type<A, unknown>,
  ): Promise<A & Accepted> {
    const raw = await this.request(op, fields);
    const answer = wire.decodeAnswer(op, wire.NativeAnswer, raw);
    const pending = isPending(answer.hresult);
    if (isFailure(answer.hresult) && !pending) {
      throw failure(answer.operation ?? op, answer.hresult, parseResult(answer.result).events);
    }
    return { ...wire.decodeAnswer(op, codec, raw), pending };
  }

  private async accepted(op: string, fields: Readonly<Record<string, unknown>>): Promise<Accepted> {
    const { pending } = await this.native(op, fields, t.UnknownRecord);
    return { pending };
  }

  private async adoptSystem(
    op: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Accepted & { readonly system: SystemToken }> {
    const raw = await this.request(op, fields);
    const { system } = wire.decodeAnswer(op, wire.SystemAnswer, raw);
    const { pending } = await this.outcome(op, raw, system, async (token) => {
      if (op === 'HcsCreateComputeSystem')
        await this.invoke({ op: 'HcsTerminateComputeSystem', system: token, options: '' });
      await this.invoke({ op: 'HcsCloseComputeSystem', system: token });
    });
    return { system: system as SystemToken, pending };
  }

  private async adoptProcess(
    op: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly process: ProcessToken; readonly pid: number | undefined }> {
    const raw = await this.request(op, fields);
    const { process, pid } = wire.decodeAnswer(op, wire.ProcessAnswer, raw);
    await this.outcome(op, raw, process, async (token) => {
      if (op === 'HcsCreateProcess') await this.invoke({ op: 'HcsTerminateProcess', process: token });
      await this.invoke({ op: 'HcsCloseProcess', process: token });
    });
    return { process: process as ProcessToken, pid };
  }

  /**
   * Adopts the token of an accepted call. A refusal that comes with a token (the callback could not be registered) leaves
   * nothing behind: `undo` runs before the error is thrown.
   */
  private async outcome(
    op: string,
    raw: unknown,
    token: number | undefined,
    undo: (token: number) => Promise<void>,
  ): Promise<Accepted> {
    const answer = wire.decodeAnswer(op, wire.NativeAnswer, raw);
    const pending = isPending(answer.hresult);
    if (isFailure(answer.hresult) && !pending) {
      if (token !== undefined) {
        this.inbox.drop(token);
        await undo(token);
      }
      throw failure(answer.operation ?? op, answer.hresult, parseResult(answer.result).events);
    }
    if (token === undefined) throw new RuntimeError('hcsFailure', `${op} succeeded without a handle`, { phase: op });
    this.inbox.adopt(token);
    return { pending };
  }

  private closeToken(op: string, fields: Readonly<Record<string, unknown>>, token: number): Promise<void> {
    const underWay = this.closing.get(token);
    if (underWay !== undefined) return underWay;
    if (this.gone !== 'no') return Promise.resolve();
    const closing = this.invoke({ op, ...fields })
      .then((raw) => {
        const { hresult } = wire.decodeAnswer(op, wire.NativeAnswer, raw);
        // The token is gone either way; nobody can do anything about it but know.
        if (isFailure(hresult)) this.options.trace?.log('warn', `${op} failed`, { symbol: symbolOf(hresult), token });
      })
      .finally(() => {
        this.inbox.drop(token);
        this.closing.delete(token);
      });
    this.closing.set(token, closing);
    return closing;
  }

  private pipeFolder(): string {
    if (process.platform === 'win32') return '';
    const folder = this.options.pipeFolder ?? (this.temporaryFolder ??= fs.mkdtempSync(path.join(os.tmpdir(), 'hcs-')));
    if (Buffer.byteLength(folder) > MAX_PIPE_FOLDER_BYTES) {
      throw new RuntimeError('unavailable', `the path of the folder for pipes is too long for a socket: ${folder}`, {
        hint: 'set XDG_RUNTIME_DIR or TMPDIR to a shorter path',
      });
    }
    return folder;
  }
}

function failure(operation: string, hresult: number, events: HcsError['failure']['events'] = []): HcsError {
  return new HcsError({ operation, hresult, symbol: symbolOf(hresult), events });
}

/** Members that are zero may be left out (hcs-facts 3.7). */
const StatusDocument = t.partial({
  ProcessId: t.number,
  Exited: t.boolean,
  ExitCode: t.number,
  LastWaitResult: t.number,
});

function decodeStatus(operation: string, properties: string | null): ProcessStatus {
  let json: unknown;
  try {
    json = JSON.parse(properties ?? '');
  } catch {
    json = null;
  }
  if (!StatusDocument.is(json))
    throw new RuntimeError('hcsFailure', `${operation}: unexpected value returned`, { phase: operation });
  return {
    processId: json.ProcessId ?? 0,
    exited: json.Exited ?? false,
    exitCode: (json.ExitCode ?? 0) >>> 0,
    lastWaitResult: json.LastWaitResult ?? 0,
  };
}
