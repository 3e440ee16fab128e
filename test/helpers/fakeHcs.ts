/**
 * A scriptable HcsPort: compute systems and processes in memory, and a fault for any call or notification. Asynchronous as HCS is:
 * every call answers in a later tick, by default pending, and is completed by a notification in a later one still.
 */
import { symbolOf } from '#src/core/hresult.js';
import {
  HcsError,
  type Accepted,
  type HcsNotification,
  type HcsPort,
  type ProcessStatus,
  type ProcessToken,
  type RelayRequest,
  type RelayStarted,
  type SystemNotificationType,
  type SystemToken,
} from '#src/core/ports.js';

export interface Fault {
  /** The call fails with this HRESULT. What it should do is not done. */
  readonly hresult?: number;
  /** Text of the event that comes with it. */
  readonly message?: string;
  /** The call answers only after this; what it does is done then. */
  readonly after?: Promise<unknown>;
  /** The call is complete when it returns: no notification. */
  readonly immediate?: boolean;
  /** The completion carries this status. */
  readonly status?: number;
  /** The call is accepted but nothing comes of it. */
  readonly ignored?: boolean;
  /** What it does is done, but the notification is lost. */
  readonly lost?: boolean;
  /** The notification comes twice. */
  readonly twice?: boolean;
  /** The notification comes before the call has returned. */
  readonly early?: boolean;
  /** How many calls it concerns; default 1. */
  readonly times?: number;
}

export interface FakeProcess {
  readonly pid: number;
  readonly system: FakeSystem;
  readonly parameters: string;
  readonly tokens: Set<ProcessToken>;
  exited: boolean;
  exitCode: number;
  lastWaitResult: number;
  stdinClosed: boolean;
  readonly relays: RelayRequest[];
  /** Streams that are still open: their end is announced when the process exits, unless `heldOpen`. */
  heldOpen: boolean;
}

export interface FakeSystem {
  readonly id: string;
  readonly document: string;
  readonly runtimeId: string;
  readonly startTime: string;
  readonly owner: string;
  state: 'Created' | 'Running' | 'Paused' | 'Stopped';
  readonly tokens: Set<SystemToken>;
  readonly processes: Map<number, FakeProcess>;
}

export const SERVICE_LOST = 0x800706bf;
const NOT_FOUND = 0xc037010e;

export class FakeHcs implements HcsPort {
  readonly systems = new Map<string, FakeSystem>();
  /** Every call: `HcsStartComputeSystem web`. */
  readonly calls: string[] = [];
  /** Runs later work; a model test puts its own scheduler here. */
  schedule: (work: () => void) => void = (work) => setImmediate(work);
  /** Called for each process that is created; e.g. to end it at once. */
  onProcess: (process: FakeProcess) => void = () => undefined;
  /** Answers the exports that `call` reaches. */
  ground: (operation: string, args: readonly unknown[]) => Promise<unknown> = () =>
    Promise.reject(new Error('not in the fake'));
  /** Shutdown ends the processes with this code; null: they do not listen. */
  shutdownCode: number | null = 0;
  readonly #faults = new Map<string, { fault: Fault; left: number }[]>();
  readonly #systemTokens = new Map<SystemToken, FakeSystem>();
  readonly #processTokens = new Map<ProcessToken, FakeProcess>();
  #listener: (batch: readonly HcsNotification[]) => void = () => undefined;
  #next = 1;
  #pid = 1000;
  #generation = 0;
  /** Whose logs' growth is told. */
  readonly watched = new Set<ProcessToken>();
  connected = true;
  closedSystems = 0;

  /** `operation` is the export's name; the next call (or `times` calls) meets the fault. */
  fault(operation: string, fault: Fault): void {
    const list = this.#faults.get(operation) ?? [];
    list.push({ fault, left: fault.times ?? 1 });
    this.#faults.set(operation, list);
  }

  /** The one system of that id. */
  system(id: string): FakeSystem {
    const system = this.systems.get(id.toLowerCase());
    if (system === undefined) throw new Error(`no fake system ${id}`);
    return system;
  }

  /** The process of that pid in any system. */
  process(pid: number): FakeProcess {
    for (const system of this.systems.values()) {
      const process = system.processes.get(pid);
      if (process !== undefined) return process;
    }
    throw new Error(`no fake process ${pid}`);
  }

  /** A process ends by itself. */
  exit(pid: number, code: number, fault: Fault = {}): void {
    this.#end(this.process(pid), code, fault);
  }

  /** Output that grandchildren held open ends now. */
  endStreams(pid: number): void {
    this.#endStreams(this.process(pid));
  }

  /** The whole system ends by itself. */
  endSystem(id: string, status = 0, fault: Fault = {}): void {
    this.#endSystem(this.system(id), status, fault);
  }

  /** The service dies: every handle is dead and says so; calls fail until `reconnect`. Systems live on unless `forget`. */
  disconnect(forget = false): void {
    this.connected = false;
    for (const token of this.#systemTokens.keys())
      this.#notify({ kind: 'system', system: token, type: 'ServiceDisconnect', status: 0x8037011e, data: null });
    for (const token of this.#processTokens.keys())
      this.#notify({ kind: 'process', process: token, type: 'ServiceDisconnect', status: 0x8037011e, data: null });
    for (const system of [...this.systems.values()]) {
      system.tokens.clear();
      for (const process of system.processes.values()) process.tokens.clear();
      this.#vanish(system);
    }
    this.#systemTokens.clear();
    this.#processTokens.clear();
    if (forget) this.systems.clear();
  }

  /** The client's process dies and another takes its place: its handles are closed, its calls never answer. */
  newClient(): void {
    this.#generation += 1;
    for (const system of [...this.systems.values()]) {
      system.tokens.clear();
      for (const process of system.processes.values()) process.tokens.clear();
      this.#vanish(system);
    }
    this.#systemTokens.clear();
    this.#processTokens.clear();
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  reconnect(): void {
    this.connected = true;
  }

  notify(n: HcsNotification): void {
    this.#notify(n);
  }

  /** Of which systems the RuntimeId is told; it is the zero GUID for the others. */
  runtimeIds: 'all' | 'started' | 'none' = 'all';
  /** Whether it is told when a system started. */
  startTimes = false;

  #shownRuntimeId(system: FakeSystem): string {
    const told = this.runtimeIds === 'all' || (this.runtimeIds === 'started' && system.state !== 'Created');
    return told ? system.runtimeId : '00000000-0000-0000-0000-000000000000';
  }

  get liveHandles(): number {
    return this.#systemTokens.size + this.#processTokens.size;
  }

  // --- the port ---

  async createComputeSystem(id: string, document: string): Promise<Accepted & { readonly system: SystemToken }> {
    const fault = await this.#enter('HcsCreateComputeSystem', id);
    if (this.systems.has(id.toLowerCase())) throw failure('HcsCreateComputeSystem', 0xc037010f);
    const { Owner: owner } = JSON.parse(document) as { Owner?: string };
    const system: FakeSystem = {
      id,
      document,
      runtimeId: `00000000-0000-4000-8000-${String(this.#next).padStart(12, '0')}`,
      startTime: `2026-01-02T03:04:05.${String(this.#next).padStart(7, '0')}Z`,
      owner: owner ?? '',
      state: 'Created',
      tokens: new Set(),
      processes: new Map(),
    };
    this.systems.set(id.toLowerCase(), system);
    const token = this.#open(system);
    const pending = this.#complete(system, 'SystemCreateCompleted', fault, token);
    return { system: token, pending };
  }

  async openComputeSystem(id: string): Promise<{ readonly system: SystemToken }> {
    await this.#enter('HcsOpenComputeSystem', id);
    const system = this.systems.get(id.toLowerCase());
    if (system === undefined) throw failure('HcsOpenComputeSystem', NOT_FOUND);
    return { system: this.#open(system) };
  }

  async startComputeSystem(token: SystemToken): Promise<Accepted> {
    const { system, fault } = await this.#systemCall('HcsStartComputeSystem', token);
    if (system.state !== 'Created') throw failure('HcsStartComputeSystem', 0xc0370105);
    if (fault.ignored !== true && fault.status === undefined) system.state = 'Running';
    return { pending: this.#complete(system, 'SystemStartCompleted', fault, token) };
  }

  async shutdownComputeSystem(token: SystemToken): Promise<Accepted> {
    const { system, fault } = await this.#systemCall('HcsShutdownComputeSystem', token);
    if (system.state === 'Stopped') throw failure('HcsShutdownComputeSystem', 0xc0370110);
    const { shutdownCode } = this;
    if (fault.ignored !== true && shutdownCode !== null)
      this.#later(fault, () => {
        this.#endSystem(system, 0, fault, shutdownCode);
      });
    return { pending: fault.immediate !== true };
  }

  async terminateComputeSystem(token: SystemToken): Promise<Accepted> {
    const { system, fault } = await this.#systemCall('HcsTerminateComputeSystem', token);
    if (system.state === 'Stopped') throw failure('HcsTerminateComputeSystem', 0xc0370110);
    if (fault.ignored !== true)
      this.#later(fault, () => {
        this.#endSystem(system, 0xc0370107, fault, 1067);
      });
    return { pending: fault.immediate !== true };
  }

  async pauseComputeSystem(token: SystemToken): Promise<Accepted> {
    const { system, fault } = await this.#systemCall('HcsPauseComputeSystem', token);
    if (system.state !== 'Running') throw failure('HcsPauseComputeSystem', 0xc0370105);
    if (fault.ignored !== true) system.state = 'Paused';
    return { pending: this.#complete(system, 'SystemPauseCompleted', fault, token) };
  }

  async resumeComputeSystem(token: SystemToken): Promise<Accepted> {
    const { system, fault } = await this.#systemCall('HcsResumeComputeSystem', token);
    if (system.state !== 'Paused') throw failure('HcsResumeComputeSystem', 0xc0370105);
    if (fault.ignored !== true) system.state = 'Running';
    return { pending: this.#complete(system, 'SystemResumeCompleted', fault, token) };
  }

  async closeComputeSystem(token: SystemToken): Promise<void> {
    await this.#tick();
    const fault = this.#take('HcsCloseComputeSystem');
    if (fault.after !== undefined) await fault.after;
    if (fault.hresult !== undefined) throw failure('HcsCloseComputeSystem', fault.hresult);
    const system = this.#systemTokens.get(token);
    this.calls.push(`HcsCloseComputeSystem ${system?.id ?? '?'}`);
    this.#systemTokens.delete(token);
    system?.tokens.delete(token);
    if (system !== undefined) this.#vanish(system);
    this.closedSystems += 1;
  }

  async getComputeSystemProperties(token: SystemToken, query: string): Promise<string | null> {
    const { system } = await this.#systemCall('HcsGetComputeSystemProperties', token);
    if (query.includes('Statistics'))
      return JSON.stringify({
        Id: system.id,
        Statistics: {
          Timestamp: '2026-01-02T03:04:05Z',
          ContainerStartTime: this.startTimes && system.state !== 'Created' ? system.startTime : '0001-01-01T00:00:00Z',
          Uptime100ns: 70,
          Memory: { MemoryUsageCommitBytes: 4096 },
          Processor: { TotalRuntime100ns: 5 },
          Storage: { ReadSizeBytes: 12 },
          Network: [{ EndpointId: 'e1', BytesSent: 9 }],
        },
      });
    if (query.includes('ProcessList'))
      return JSON.stringify({
        Id: system.id,
        ProcessList: [...system.processes.values()]
          .filter((p) => !p.exited)
          .map((p) => ({ ProcessId: p.pid, ImageName: 'fake.exe', CreateTimestamp: '2026-01-02T03:04:05Z' })),
      });
    return JSON.stringify({
      Id: system.id,
      State: system.state === 'Created' ? '' : system.state,
      SystemType: 'Container',
      Owner: system.owner,
      RuntimeId: this.#shownRuntimeId(system),
      ...(system.state === 'Stopped' ? { Stopped: true } : {}),
    });
  }

  async modifyComputeSystem(token: SystemToken, configuration: string): Promise<Accepted> {
    await this.#systemCall('HcsModifyComputeSystem', token);
    this.calls.push(configuration);
    return { pending: false };
  }

  async enumerateComputeSystems(): Promise<string | null> {
    await this.#enter('HcsEnumerateComputeSystems', '');
    return JSON.stringify(
      [...this.systems.values()].map((s) => ({
        Id: s.id,
        State: s.state === 'Created' ? '' : s.state,
        SystemType: 'Container',
        Owner: s.owner,
        RuntimeId: this.#shownRuntimeId(s),
      })),
    );
  }

  async createProcess(
    token: SystemToken,
    parameters: string,
  ): Promise<{ readonly process: ProcessToken; readonly pid: number }> {
    const { system } = await this.#systemCall('HcsCreateProcess', token);
    if (system.state !== 'Running') throw failure('HcsCreateProcess', 0xc0370105);
    const process: FakeProcess = {
      pid: this.#pid++,
      system,
      parameters,
      tokens: new Set(),
      exited: false,
      exitCode: 0,
      lastWaitResult: 0,
      stdinClosed: false,
      relays: [],
      heldOpen: false,
    };
    system.processes.set(process.pid, process);
    const processToken = this.#openProcess(process);
    this.onProcess(process);
    return { process: processToken, pid: process.pid };
  }

  async openProcess(token: SystemToken, pid: number): Promise<{ readonly process: ProcessToken }> {
    const { system } = await this.#systemCall('HcsOpenProcess', token);
    const process = system.processes.get(pid);
    if (process === undefined) throw failure('HcsOpenProcess', 0x80070490);
    return { process: this.#openProcess(process) };
  }

  async getProcessInfo(token: ProcessToken): Promise<{ readonly pid: number }> {
    const { process } = await this.#processCall('HcsGetProcessInfo', token);
    return { pid: process.pid };
  }

  async getProcessProperties(token: ProcessToken): Promise<ProcessStatus> {
    const { process } = await this.#processCall('HcsGetProcessProperties', token);
    return {
      processId: process.pid,
      exited: process.exited,
      exitCode: process.exitCode,
      lastWaitResult: process.lastWaitResult,
    };
  }

  async modifyProcess(token: ProcessToken, settings: string): Promise<void> {
    const { process } = await this.#processCall('HcsModifyProcess', token);
    this.calls.push(settings);
    if (process.exited) throw failure('HcsModifyProcess', 0x8037011f);
  }

  async signalProcess(token: ProcessToken): Promise<Accepted> {
    await this.#processCall('HcsSignalProcess', token);
    return { pending: false };
  }

  async terminateProcess(token: ProcessToken): Promise<Accepted> {
    const { process, fault } = await this.#processCall('HcsTerminateProcess', token);
    if (process.exited) throw failure('HcsTerminateProcess', 0x80070005);
    if (fault.ignored !== true) {
      process.exited = true;
      process.exitCode = 1067;
      this.schedule(() => {
        this.#announce(process, fault);
      });
    }
    return { pending: false };
  }

  async closeProcess(token: ProcessToken): Promise<void> {
    await this.#tick();
    const fault = this.#take('HcsCloseProcess');
    if (fault.after !== undefined) await fault.after;
    if (fault.hresult !== undefined) throw failure('HcsCloseProcess', fault.hresult);
    this.calls.push(`HcsCloseProcess ${this.#processTokens.get(token)?.pid ?? '?'}`);
    this.#processTokens.get(token)?.tokens.delete(token);
    this.#processTokens.delete(token);
  }

  async startRelay(token: ProcessToken, request: RelayRequest): Promise<RelayStarted> {
    const { process } = await this.#processCall('startRelay', token);
    process.relays.push(request);
    if (process.exited && !process.heldOpen) this.#endStreams(process);
    const pipe = (name: string): { path: string; token: string } => ({
      path: `/fake/${process.pid}/${name}`,
      token: 'f',
    });
    return {
      ...(request.stdin ? { stdin: pipe('stdin') } : {}),
      ...(request.foreground.includes('stdout') ? { stdout: pipe('stdout') } : {}),
      ...(request.foreground.includes('stderr') ? { stderr: pipe('stderr') } : {}),
    };
  }

  async closeLocalStdin(token: ProcessToken): Promise<void> {
    const { process } = await this.#processCall('closeLocalStdin', token);
    process.stdinClosed = true;
  }

  async watchLog(token: ProcessToken, on: boolean): Promise<void> {
    await this.#processCall(`watchLog ${on}`, token);
    if (on) this.watched.add(token);
    else this.watched.delete(token);
  }

  /** Layers and networks: {@link FakeGround}. With `ignored` the call succeeds and nothing comes of it. */
  async call(operation: string, args: readonly unknown[]): Promise<unknown> {
    const folder = typeof args[0] === 'string' ? args[0].split('/').at(-1) : '';
    const subject = operation === 'HNSCall' ? args.slice(0, 2) : [folder];
    const { ignored } = await this.#enter(operation, subject.join(' '));
    return ignored === true ? undefined : this.ground(operation, args);
  }

  accounting(): Promise<{ systems: number; processes: number; callbacks: number; streams: number }> {
    return Promise.resolve({
      systems: this.#systemTokens.size,
      processes: this.#processTokens.size,
      callbacks: this.liveHandles,
      streams: 0,
    });
  }

  onNotifications(listener: (batch: readonly HcsNotification[]) => void): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  // --- inside ---

  #tick(): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(resolve);
    });
  }

  #take(operation: string): Fault {
    const entry = this.#faults.get(operation)?.[0];
    if (entry === undefined) return {};
    entry.left -= 1;
    if (entry.left <= 0) this.#faults.get(operation)?.shift();
    return entry.fault;
  }

  async #enter(operation: string, subject: string): Promise<Fault> {
    this.calls.push(subject === '' ? operation : `${operation} ${subject}`);
    const generation = this.#generation;
    await this.#tick();
    const fault = this.#take(operation);
    if (fault.after !== undefined) await fault.after;
    if (generation !== this.#generation) await new Promise(() => undefined);
    if (fault.hresult !== undefined) throw failure(operation, fault.hresult, fault.message);
    if (!this.connected) throw failure(operation, SERVICE_LOST);
    return fault;
  }

  async #systemCall(operation: string, token: SystemToken): Promise<{ system: FakeSystem; fault: Fault }> {
    const before = this.#systemTokens.get(token);
    const fault = await this.#enter(operation, before?.id ?? '?');
    const system = this.#systemTokens.get(token);
    if (system === undefined) throw failure(operation, 0x80070006);
    return { system, fault };
  }

  async #processCall(operation: string, token: ProcessToken): Promise<{ process: FakeProcess; fault: Fault }> {
    const before = this.#processTokens.get(token);
    const fault = await this.#enter(operation, String(before?.pid ?? '?'));
    const process = this.#processTokens.get(token);
    if (process === undefined) throw failure(operation, 0x80070006);
    return { process, fault };
  }

  #open(system: FakeSystem): SystemToken {
    const token = this.#next++ as SystemToken;
    this.#systemTokens.set(token, system);
    system.tokens.add(token);
    return token;
  }

  #openProcess(process: FakeProcess): ProcessToken {
    const token = this.#next++ as ProcessToken;
    this.#processTokens.set(token, process);
    process.tokens.add(token);
    return token;
  }

  /** A stopped system lives as long as somebody holds it. */
  #vanish(system: FakeSystem): void {
    if (system.state !== 'Stopped' || system.tokens.size > 0) return;
    if (this.systems.get(system.id.toLowerCase()) === system) this.systems.delete(system.id.toLowerCase());
  }

  #later(fault: Fault, work: () => void): void {
    if (fault.immediate === true || fault.early === true) work();
    else this.schedule(work);
  }

  /** True when the call is pending. */
  #complete(system: FakeSystem, type: SystemNotificationType, fault: Fault, token: SystemToken): boolean {
    if (fault.immediate === true) return false;
    if (fault.ignored === true || fault.lost === true) return true;
    this.#later(fault, () => {
      for (let n = 0; n < (fault.twice === true ? 2 : 1); n += 1)
        if (system.tokens.has(token))
          this.#notify({ kind: 'system', system: token, type, status: fault.status ?? 0, data: null });
    });
    return true;
  }

  #endSystem(system: FakeSystem, status: number, fault: Fault, code = 1067): void {
    if (system.state === 'Stopped') return;
    system.state = 'Stopped';
    for (const process of system.processes.values()) {
      process.heldOpen = false;
      if (!process.exited) this.#end(process, code, fault);
    }
    this.#vanish(system);
    if (fault.lost === true) return;
    for (let n = 0; n < (fault.twice === true ? 2 : 1); n += 1)
      for (const token of system.tokens)
        this.#notify({
          kind: 'system',
          system: token,
          type: 'SystemExited',
          status: fault.status ?? status,
          data: null,
        });
  }

  #end(process: FakeProcess, code: number, fault: Fault): void {
    if (process.exited) return;
    process.exited = true;
    process.exitCode = code;
    this.#announce(process, fault);
  }

  #announce(process: FakeProcess, fault: Fault): void {
    if (process.relays.length > 0 && !process.heldOpen) this.#endStreams(process);
    if (fault.lost === true) return;
    for (let n = 0; n < (fault.twice === true ? 2 : 1); n += 1)
      for (const token of process.tokens)
        this.#notify({ kind: 'process', process: token, type: 'ProcessExited', status: fault.status ?? 0, data: null });
  }

  #endStreams(process: FakeProcess): void {
    const streams = process.parameters.includes('"EmulateConsole":true')
      ? (['stdout'] as const)
      : (['stdout', 'stderr'] as const);
    for (const token of process.tokens)
      for (const stream of streams) this.#notify({ kind: 'streamEnd', process: token, stream, bytes: 0 });
  }

  /** Several notifications at once, as the bridge hands them over. */
  batch(notifications: readonly HcsNotification[]): void {
    this.#listener(notifications);
  }

  #notify(n: HcsNotification): void {
    this.schedule(() => {
      this.#listener([n]);
    });
  }
}

export const failure = (operation: string, hresult: number, message?: string): HcsError =>
  new HcsError({
    operation,
    hresult,
    symbol: symbolOf(hresult),
    events: message === undefined ? [] : [{ message }],
  });
