/** What `production.ts` hands to the runtime. */
import type { DocumentHost } from '../documents/target.js';
import type { LayerPlaces } from '../layers/files.js';
import type { Clock, HcsPort, LogPort, StorePort, Tracer } from '../ports.js';
import type { Timeouts } from '../timeouts.js';

/** Layers of a container whose spec names none (simulator only): read-only ones top to base, then the scratch; and the root. */
export interface BuiltinBase {
  readonly layerFolders: readonly string[];
  readonly rootPath?: string;
}

/** A plan only shows what create would stand on. */
export type BaseUse = 'create' | 'plan';

export interface RuntimeDeps {
  readonly hcs: HcsPort;
  readonly store: StorePort;
  readonly logs: LogPort;
  readonly clock: Clock;
  readonly tracer: Tracer;
  /** The Windows host that documents are made for. `exists` is only asked for `<layer>\\UtilityVM`. */
  readonly target: DocumentHost;
  /** At least 16 random hex digits, new ones each time. */
  readonly random: () => string;
  /** Defaults: {@link DEFAULT_TIMEOUTS}. `timeoutsFrom(environment)` reads the HCSSHIM_TIMEOUT_* values. */
  readonly timeouts?: Partial<Timeouts>;
  /** Answers `builtinBase` of a create or plan; absent: such a one is refused. */
  readonly baseFor?: (id: string, use: BaseUse) => Promise<BuiltinBase> | BuiltinBase;
  /** Layer folders of this machine; absent: `layer` of a create and the layer verbs are refused. */
  readonly layers?: LayerPlaces;
  /** Default 10 MiB a segment, 3 segments. */
  readonly logLimits?: { readonly segmentBytes: number; readonly segments: number };
  /** Reattaching at once; default 32. */
  readonly attachConcurrency?: number;
}

/** Owner of containers whose creator names none (design 7). A plan that names none has `docker` instead: it shows what the Go client would have sent. */
export const DEFAULT_OWNER = 'hostcompute';
