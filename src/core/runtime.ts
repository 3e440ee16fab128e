/**
 * The client as its users see it. Two adapters: in-process (`core/runtime`, in the engine) and remote (`rpc/client`).
 * CLI and RPC code know only this interface. Every method rejects with RuntimeError; every wait has a bound.
 */
import type { ContainerDetail, ContainerSummary, NameValue } from './model/container.js';
import type { RuntimeEvent } from './model/event.js';
import type { LayerSource } from './layers/files.js';
import type { HnsEndpoint, HnsNetwork } from './network/documents.js';
import type { Exit } from './model/exit.js';
import type { PrivatePipe, OutputStream } from './ports.js';
import type { OciProcess, OciSpec } from './documents/spec.js';

/** What travels with each call. */
/** A step of long work, told as it begins or is done. */
export interface ProgressStep {
  /** For people: `ImportLayer`, `web: running`. */
  readonly message: string;
  /** 0 to 100, where the whole is known. */
  readonly percentage?: number;
}

export interface CallContext {
  /** Aborting answers at once with `cancelled`; a native call under way runs on and is cleaned up when it returns. */
  readonly signal?: AbortSignal;
  /** Bound of each HCS operation in ms; undefined: the operation's default (core/timeouts.ts). */
  readonly timeoutMs?: number;
  /** Hears of the steps of long work. Must not throw. */
  readonly progress?: (step: ProgressStep) => void;
}

export interface CreateRequest {
  /** Made up (`hcs-` and 12 hex digits) when absent. */
  readonly id?: string;
  /** A decoded OCI runtime spec; `decodeSpec` makes one from unknown input. */
  readonly spec: OciSpec;
  /** Fill in layers and root with the built-in base when the spec names neither; only the simulator has one, others refuse. */
  readonly builtinBase?: boolean;
  readonly owner?: string;
  readonly labels?: readonly NameValue[];
  readonly bundle?: string;
  /**
   * A Windows layer folder whose layerchain.json names its parents: the engine makes, mounts and removes the container's scratch
   * layer, and fills layers and root into the spec, which must name none.
   */
  readonly layer?: string;
  /** Name or id of an HNS network: an endpoint on it is made for the container and goes with it. Or the id of an endpoint that exists. */
  readonly network?: string;
  /** `{"lcow":{KirdPath,KernelFile,InitrdFile,BootParameters}}`, needed when `spec.linux` is present. */
  readonly runtimeOptions?: unknown;
}

/** Which ends of a new process the caller will hold itself. */
export interface StdioRequest {
  /** Keep stdin open. Otherwise it is closed as soon as the process runs. */
  readonly stdin?: boolean;
  /** Streams read by the caller through a private pipe, with back-pressure. Others go to the log only. */
  readonly foreground?: readonly OutputStream[];
}

export interface StartedStdio {
  readonly stdin?: PrivatePipe;
  readonly stdout?: PrivatePipe;
  readonly stderr?: PrivatePipe;
}

export interface ExecRequest extends StdioRequest {
  readonly id: string;
  readonly execId?: string;
  readonly process: OciProcess;
  /** Environment and user of init are the base, over which `process` comes. Else the exec has only its own, as the seed's. */
  readonly inherit?: boolean;
}

/** Bytes that a process has written to each stream it has, all of them in its log. */
export type OutputBytes = Readonly<Partial<Record<OutputStream, number>>>;

/** `output`: of a wait, unless the end of its output was not seen, as by another engine. */
export type ExitReport = Exit & {
  readonly exitedAt: string;
  readonly startedAt?: string;
  readonly output?: OutputBytes;
};

export interface ProcessItem {
  readonly pid: number;
  readonly imageName: string;
  readonly createdAt: string | null;
  readonly userTime100ns: number;
  readonly kernelTime100ns: number;
  readonly memoryCommitBytes: number;
  readonly memoryWorkingSetPrivateBytes: number;
  readonly memoryWorkingSetSharedBytes: number;
  /** `init`, an exec id, or null for a process that the container itself started. */
  readonly processId: string | null;
}

/** Figures of HCS's Statistics document (hcs-facts 3.5), renamed to our case; absent ones are 0. */
export interface StatsReport {
  readonly id: string;
  readonly readAt: string;
  readonly containerStartedAt: string | null;
  readonly uptime100ns: number;
  readonly memory: {
    readonly commitBytes: number;
    readonly commitPeakBytes: number;
    readonly privateWorkingSetBytes: number;
  };
  readonly processor: { readonly total100ns: number; readonly user100ns: number; readonly kernel100ns: number };
  readonly storage: {
    readonly readCount: number;
    readonly readBytes: number;
    readonly writeCount: number;
    readonly writeBytes: number;
  };
  readonly network: readonly {
    readonly endpointId: string;
    readonly bytesReceived: number;
    readonly bytesSent: number;
    readonly packetsReceived: number;
    readonly packetsSent: number;
    readonly droppedIncoming: number;
    readonly droppedOutgoing: number;
  }[];
}

export interface PlanRequest {
  readonly spec: OciSpec;
  readonly host?: PlanHost;
  readonly id?: string;
  readonly owner?: string;
  readonly runtimeOptions?: unknown;
  readonly exec?: OciProcess;
  /** As in {@link CreateRequest}; scratch folder, volume and endpoint are stand-ins in the document. */
  readonly layer?: string;
  readonly network?: string;
  readonly builtinBase?: boolean;
}

/** Target Windows host of a plan: build number, logical processors, folders that exist on it (Windows paths). */
export interface PlanHost {
  readonly build: number;
  readonly cpus: number;
  readonly directories: readonly string[];
}

/** The very strings that would be passed to HcsCreateComputeSystem and HcsCreateProcess. */
export interface PlanReport {
  readonly container: { readonly document: string };
  readonly process?: { readonly document: string };
  readonly warnings: readonly string[];
}

export interface EventSubscription {
  /** Cursor after which live delivery begins; all events after the asked cursor and up to here were handed over first. */
  readonly cursor: number;
  close(): void;
}

export interface RestoreReport {
  readonly id: string;
  readonly outcome: 'running' | 'stopped' | 'terminated' | 'gone' | 'failed';
  readonly exit?: ExitReport;
  readonly error?: string;
}

export interface SweepReport {
  readonly items: readonly {
    /** `layer`: a scratch layer that no record names. */
    readonly kind: 'system' | 'record' | 'log' | 'layer';
    readonly id: string;
    readonly removed: boolean;
    readonly why: string;
  }[];
}

/** A read-only layer that somebody has unpacked. */
export interface FoundLayer {
  readonly path: string;
  readonly source: LayerSource;
  /** Nearest first; null when the folder does not say. */
  readonly parents: readonly string[] | null;
  /** Stands on no other layer. */
  readonly base: boolean;
  /** From the version of the kernel in the layer or in a parent; null when none could be read. */
  readonly osBuild: number | null;
  /** `10.0.20348.2849`. */
  readonly osVersion: string | null;
  /** Whether process isolation fits: the build is the host's. null: the layer's build is not known. */
  readonly matches: boolean | null;
  /** It or a parent brings what Hyper-V isolation needs. */
  readonly hasUtilityVM: boolean;
}

/** A scratch layer of this home (`container` null: a leftover), or a base image that HCS knows. */
export interface LayerItem {
  readonly path: string;
  readonly kind: 'scratch' | 'base';
  readonly container: string | null;
  readonly exists: boolean;
  readonly parents: readonly string[] | null;
}

/**
 * Layer folders by hand, one export a verb (hcs-facts 7). Paths are absolute. `parents`: one layer stands for itself and its
 * layerchain.json, several are the whole chain, nearest first; absent: the chain of the folder itself. Refusals of HCS come
 * as RuntimeErrors with their HRESULT. None is bounded in time unless the context says so, but for PrepareLayer none waits for another.
 */
export interface LayerRuntime {
  /** Layers of Docker and containerd on this machine, or in the folders named. */
  find(
    roots: readonly string[] | undefined,
    context?: CallContext,
  ): Promise<{
    readonly hostBuild: number;
    readonly items: readonly FoundLayer[];
    readonly warnings: readonly string[];
  }>;
  list(context?: CallContext): Promise<{ readonly items: readonly LayerItem[]; readonly warnings: readonly string[] }>;
  /** Makes a scratch layer; `path` must not exist. */
  scratch(
    path: string,
    parents: readonly string[],
    sizeBytes: number | bigint | undefined,
    context?: CallContext,
  ): Promise<{ readonly parents: readonly string[] }>;
  activate(path: string, context?: CallContext): Promise<void>;
  prepare(
    path: string,
    parents: readonly string[] | undefined,
    context?: CallContext,
  ): Promise<{ readonly parents: readonly string[] }>;
  /** null when the layer is not mounted. */
  mountPath(path: string, context?: CallContext): Promise<string | null>;
  unprepare(path: string, context?: CallContext): Promise<void>;
  deactivate(path: string, context?: CallContext): Promise<void>;
  /** Removes the folder. failedPrecondition while a container of this home stands on it; invalidRequest for what is no layer. */
  destroy(path: string, context?: CallContext): Promise<void>;
  /** Makes the layer `path` of the contents of `folder`. */
  import(
    path: string,
    folder: string,
    parents: readonly string[] | undefined,
    context?: CallContext,
  ): Promise<{ readonly parents: readonly string[] }>;
  /** Writes the contents of the layer `path` into `folder`. */
  export(
    path: string,
    folder: string,
    parents: readonly string[] | undefined,
    context?: CallContext,
  ): Promise<{ readonly parents: readonly string[] }>;
  /** Lets the virtual machine of that id open a file. */
  grant(vmId: string, path: string, context?: CallContext): Promise<void>;
}

export interface NetworkItem {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly subnets: readonly { readonly addressPrefix: string | null; readonly gatewayAddress: string | null }[];
  /** HNS's own document, every member of it. */
  readonly hns: HnsNetwork;
}

export interface EndpointItem {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly networkName: string;
  readonly ipAddress: string | null;
  readonly macAddress: string | null;
  readonly gatewayAddress: string | null;
  readonly state: string;
  /** Compute systems that have it. */
  readonly containers: readonly string[];
  readonly hns: HnsEndpoint;
}

/** HNS's networks and endpoints (hcs-facts 7.5). A network or endpoint is named by its id, with or without braces, or by its name. */
export interface NetworkRuntime {
  networks(context?: CallContext): Promise<readonly NetworkItem[]>;
  /** alreadyExists when a network has that name. */
  createNetwork(document: HnsNetwork, context?: CallContext): Promise<NetworkItem>;
  deleteNetwork(network: string, context?: CallContext): Promise<{ readonly id: string }>;
  endpoints(context?: CallContext): Promise<readonly EndpointItem[]>;
  createEndpoint(network: string, document: HnsEndpoint, context?: CallContext): Promise<EndpointItem>;
  /** failedPrecondition while a container of this home has it. */
  deleteEndpoint(endpoint: string, context?: CallContext): Promise<{ readonly id: string }>;
}

export interface Runtime {
  readonly layers: LayerRuntime;
  readonly networks: NetworkRuntime;
  /** HcsCreateComputeSystem and HcsStartComputeSystem, as in the seed. alreadyExists when the id is in use; rolls back on failure. */
  create(
    request: CreateRequest,
    context?: CallContext,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }>;
  /** Creates init. Valid in `created`. processCannotStart tears the container down (it ends `stopped`, 126 or 127). */
  start(
    request: StdioRequest & { readonly id: string },
    context?: CallContext,
  ): Promise<{ readonly pid: number; readonly stdio: StartedStdio }>;
  /** Valid in `running`. */
  exec(
    request: ExecRequest,
    context?: CallContext,
  ): Promise<{ readonly execId: string; readonly pid: number; readonly stdio: StartedStdio }>;
  /** init: KILL terminates, any other signal asks for shutdown; an exec: any signal ends it. Already stopped is success. Does not wait. */
  kill(
    id: string,
    execId: string | undefined,
    signal: string | number | undefined,
    context?: CallContext,
  ): Promise<void>;
  /** Shutdown, then terminate after `graceMs` (default 10 s as docker); resolves when the container is stopped. Already stopped is success. */
  stop(id: string, graceMs: number | undefined, context?: CallContext): Promise<ExitReport>;
  /** Hyper-V isolation only, else `unsupported` before HCS is asked. Valid in `running`. */
  pause(id: string, context?: CallContext): Promise<void>;
  resume(id: string, context?: CallContext): Promise<void>;
  /** Resolves with the end of init (`for: 'init'`), of the container (default), or of an exec. Valid in any state but `failed`. */
  wait(
    id: string,
    execId: string | undefined,
    waitFor: 'init' | 'container',
    context?: CallContext,
  ): Promise<ExitReport>;
  /** Exit code and time of an ended container; the record stays. failedPrecondition unless stopped. */
  deleteTask(id: string, context?: CallContext): Promise<ExitReport>;
  /** `created` is shut down first; `running` or `paused` is failedPrecondition unless `force` (kill, wait, delete). */
  delete(id: string, force: boolean, context?: CallContext): Promise<void>;
  /** Never waits for a container. `all` adds compute systems that others created. */
  list(
    all: boolean,
    context?: CallContext,
  ): Promise<{ readonly items: readonly ContainerSummary[]; readonly warnings: readonly string[] }>;
  state(id: string, context?: CallContext): Promise<ContainerDetail>;
  processes(id: string, context?: CallContext): Promise<readonly ProcessItem[]>;
  stats(id: string, context?: CallContext): Promise<StatsReport>;
  resize(id: string, execId: string | undefined, width: number, height: number, context?: CallContext): Promise<void>;
  closeStdin(id: string, execId: string | undefined, context?: CallContext): Promise<void>;
  /** v1 can update only the network; anything else is `unsupported`. */
  update(id: string, resources: unknown, context?: CallContext): Promise<void>;
  /** Always `unsupported`, with its reason. */
  checkpoint(id: string, context?: CallContext): Promise<never>;
  restore(
    id: string | undefined,
    policy: 'reattach' | 'terminate',
    context?: CallContext,
  ): Promise<readonly RestoreReport[]>;
  sweep(dryRun: boolean, context?: CallContext): Promise<SweepReport>;
  /** Without touching HCS. */
  plan(request: PlanRequest, context?: CallContext): Promise<PlanReport>;
  /**
   * All events after the cursor, then live ones, with no gap. `listener` gets batches in order and returns a promise that is
   * awaited before the next batch. `expired` is called instead when `after` is older than what is kept.
   */
  subscribe(
    after: number,
    listener: (events: readonly RuntimeEvent[]) => void | Promise<void>,
    expired: (snapshot: readonly ContainerSummary[], cursor: number) => void,
  ): Promise<EventSubscription>;
  eventsList(
    after: number,
    limit: number,
    context?: CallContext,
  ): Promise<{ readonly events: readonly RuntimeEvent[]; readonly expired: boolean }>;
  /** Where a process's log lies, whether it is still written, and how many bytes each stream has had (null: not known yet). */
  log(
    id: string,
    processId: string,
  ): Promise<{
    readonly folder: string;
    readonly open: boolean;
    /** Calls back when bytes were added or the log was closed; the returned function ends it. */
    watch(callback: () => void): () => void;
  }>;
}
