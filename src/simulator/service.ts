import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ContainerConfig } from './documents/containerConfig.js';
import { HcsFailure } from './failure.js';
import { Faults } from './faults.js';
import { Hns } from './hns/hns.js';
import { ProgramsFile } from './host/programs.js';
import { rootsOf } from './host/roots.js';
import { INVALID_PARAMETER, SYSTEM_ALREADY_EXISTS, SYSTEM_NOT_FOUND } from './hresult.js';
import { LayerStore } from './layers/layerStore.js';
import { removeScratch, scratchFolder } from './scratch.js';
import type { Silo } from './silo.js';
import { SiloPool } from './siloPool.js';
import { ComputeSystem, type SystemHost } from './system.js';
import { Trace } from './trace.js';

export interface ServiceOptions {
  /** `<home>/simulator`: programs.json, networks.json, stand-in drives, scratch folders. */
  readonly folder: string;
  /** Where hcs-silo and hcs-cmd are. */
  readonly nativeDir: string;
  /** Where the launchers listen. */
  readonly siloFolder: string;
  /** Windows build that the service pretends to be. */
  readonly build: number;
  readonly shutdownGraceMs: number;
  /** How asynchronous operations complete when no failpoint says otherwise. */
  readonly completion: 'pending' | 'immediate';
  readonly log: (message: string) => void;
  readonly siloStderr: () => number | 'ignore';
  /** Ends the service at once, as a crash does (failpoint `dieService`). */
  readonly die: () => never;
}

const SILO = process.platform === 'win32' ? 'hcs-silo.exe' : 'hcs-silo';

/** Everything that the simulated Host Compute Service knows: compute systems by id, networks, layers, failpoints, trace. */
export class Service implements SystemHost {
  readonly faults: Faults;
  readonly trace = new Trace();
  readonly programs: ProgramsFile;
  readonly silos: SiloPool;
  readonly hns: Hns;
  readonly layers: LayerStore;
  /** Called whenever a compute system has gone. */
  onEnded: () => void = () => undefined;
  readonly #systems = new Map<string, ComputeSystem>();
  readonly #scratch = new Map<ComputeSystem, string>();
  #number = 0;

  constructor(readonly options: ServiceOptions) {
    this.faults = new Faults(options.die);
    this.programs = new ProgramsFile(
      join(options.folder, 'programs.json'),
      join(options.folder, 'programs'),
      options.log,
    );
    this.silos = new SiloPool({
      program: join(options.nativeDir, SILO),
      folder: options.siloFolder,
      stderr: options.siloStderr,
    });
    this.hns = new Hns(join(options.folder, 'networks.json'), options.log);
    this.layers = new LayerStore(this.drives, join(options.folder, 'layers.json'));
  }

  /** Stand-in for the host's drives; see hostPath. */
  get drives(): string {
    return join(this.options.folder, 'drives');
  }

  /** The command interpreter: our own, on Windows the system's. */
  get cmd(): string {
    if (process.platform === 'win32') return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'cmd.exe');
    return join(this.options.nativeDir, 'hcs-cmd');
  }

  get shutdownGraceMs(): number {
    return this.options.shutdownGraceMs;
  }

  get systems(): readonly ComputeSystem[] {
    return [...this.#systems.values()];
  }

  get systemCount(): number {
    return this.#systems.size;
  }

  /** Numbers of handles; never 0, never given out again. */
  readonly nextNumber = (): number => ++this.#number;

  takeSilo(): Silo {
    return this.silos.take();
  }

  giveBackSilo(silo: Silo): void {
    this.silos.giveBack(silo);
  }

  /** Adds a compute system in state `creating`; 0xC037010F when the id is taken. Ids meet without case. */
  add(id: string, config: ContainerConfig): ComputeSystem {
    if (id === '' || id.length > 1024) throw new HcsFailure(INVALID_PARAMETER, 'the identifier is empty or too long');
    const key = id.toLowerCase();
    if (this.#systems.has(key)) throw new HcsFailure(SYSTEM_ALREADY_EXISTS);
    const scratch = join(scratchFolder(this.options.folder), randomUUID());
    const system = new ComputeSystem(id, config, rootsOf(config, this.drives, scratch), this);
    this.#systems.set(key, system);
    if (config.LayerFolderPath === undefined) this.#scratch.set(system, scratch);
    this.silos.warm();
    return system;
  }

  /** 0xC037010E when there is none: never was, or it has ended. */
  find(id: string): ComputeSystem {
    const system = this.#systems.get(id.toLowerCase());
    if (system === undefined) throw new HcsFailure(SYSTEM_NOT_FOUND);
    return system;
  }

  ended(system: ComputeSystem): void {
    this.#systems.delete(system.id.toLowerCase());
    for (const endpoint of system.endpoints.splice(0)) this.hns.detach(endpoint);
    const scratch = this.#scratch.get(system);
    if (scratch !== undefined) {
      this.#scratch.delete(system);
      removeScratch(scratch, this.options.log);
    }
    this.onEnded();
  }
}
