/**
 * What a document depends on besides the spec.
 */
import type { OciSpec } from './spec.js';

/** The Windows host that a document is made for. */
export interface DocumentHost {
  /** Windows build number, e.g. 20348. */
  readonly build: number;
  /** Logical processors. */
  readonly cpus: number;
  /** Whether a folder exists; the path has Windows form. Rejects when that cannot be told. */
  readonly exists: (path: string) => Promise<boolean>;
}

export interface ContainerInput {
  readonly id: string;
  readonly owner: string;
  readonly spec: OciSpec;
  readonly host: DocumentHost;
  /** `{"lcow":{KirdPath,KernelFile,InitrdFile,BootParameters}}`, needed when `spec.linux` is present. */
  readonly runtimeOptions?: unknown;
}

/** The document for HcsCreateComputeSystem, and what follows from the spec besides. */
export interface ContainerDocument {
  /** The exact string to pass. */
  readonly document: string;
  readonly isolation: 'process' | 'hyperv';
  /** Linux container on Windows. */
  readonly lcow: boolean;
  /** The spec as init must get it: for a Linux container with its mounts seen from inside the utility VM. */
  readonly spec: OciSpec;
  /** What was passed on otherwise than the spec says, in words. */
  readonly warnings: readonly string[];
}
