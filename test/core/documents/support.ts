/** A small Windows spec that is right, to be changed in one place by each test. */
import type { ExecutionContext } from 'ava';
import { containerDocument } from '#src/core/documents/containerDocument.js';
import { decodeSpec } from '#src/core/documents/spec.js';
import type { ContainerDocument, DocumentHost } from '#src/core/documents/target.js';
import { isRuntimeError, type Issue, type RuntimeError } from '#src/core/errors.js';

export const VOLUME = '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}';
export const BASE = 'C:\\layers\\base';
export const SCRATCH = 'C:\\layers\\scratch';

interface Json {
  readonly [key: string]: unknown;
}

export const windowsSpec = (windows: Json = {}, rest: Json = {}): Json => ({
  process: { args: ['cmd'], cwd: 'C:\\' },
  root: { path: `${VOLUME}\\` },
  ...rest,
  windows: { layerFolders: [BASE, SCRATCH], ...windows },
});

export const hypervSpec = (windows: Json = {}, rest: Json = {}): Json =>
  windowsSpec({ hyperv: {}, ...windows }, { root: undefined, ...rest });

export const lcowSpec = (mounts: readonly Json[] = [], rest: Json = {}): Json => ({
  ociVersion: '1.0.1',
  process: { user: { uid: 0, gid: 0 }, args: ['sh'], cwd: '/' },
  root: { path: 'rootfs' },
  mounts,
  linux: {},
  windows: { layerFolders: [BASE, SCRATCH] },
  ...rest,
});

export const LCOW_OPTIONS = { lcow: { KirdPath: 'C:\\lcow', KernelFile: 'kernel', InitrdFile: 'initrd.img' } };

export const HOST: DocumentHost = {
  build: 20348,
  cpus: 4,
  exists: (path) => Promise.resolve(path === `${BASE}\\UtilityVM`),
};

/** The container document and its parsed form. */
export async function build(
  spec: Json,
  host: Partial<DocumentHost> = {},
  runtimeOptions: unknown = LCOW_OPTIONS,
): Promise<ContainerDocument & { readonly parsed: Json }> {
  const built = await containerDocument({
    id: 'c1',
    owner: 'docker',
    spec: decodeSpec(spec),
    host: { ...HOST, ...host },
    runtimeOptions,
  });
  return { ...built, parsed: JSON.parse(built.document) as Json };
}

/** The issues with which `work` was refused; fails the test when it was not, or not as invalidRequest. */
export async function refused(t: ExecutionContext, work: () => unknown): Promise<readonly Issue[]> {
  return (await refusal(t, work)).details.issues ?? [];
}

export async function refusal(t: ExecutionContext, work: () => unknown): Promise<RuntimeError> {
  try {
    await work();
  } catch (error) {
    if (isRuntimeError(error)) {
      t.is(error.code, 'invalidRequest');
      return error;
    }
    throw error;
  }
  throw new Error('was not refused');
}
