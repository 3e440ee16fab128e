/**
 * A container's scratch layer: made, mounted, unmounted and removed in the order of hcs-facts 7.3. Each function is one
 * direction of one step; who calls them remembers which were done (core/runtime/ground.ts).
 */
import { RuntimeError } from '../errors.js';
import { isNotReady, when } from '../hresult.js';
import { CHAIN_FILE } from './chain.js';
import type { LayerCalls } from './calls.js';
import type { LayerFiles } from './files.js';

/** Attempts, and the pause between two of them. */
export const ATTEMPTS = 5;
export const PAUSE_MS = 100;
/** A folder of this name is on its way out: nothing uses it any more. */
export const REMOVING = '-removing';

export interface Scratch {
  readonly folder: string;
  /** Nearest first, base last. */
  readonly parents: readonly string[];
}

/**
 * Makes a native call and waits for it: bounded by time, cancellation and the end of the engine. `signal` fires when nobody waits
 * any more: what is not begun then need not be.
 */
export type Wait = <T>(operation: string, call: (signal: AbortSignal) => Promise<T>) => Promise<T>;

export interface LayerWorld {
  readonly calls: LayerCalls;
  readonly files: LayerFiles;
  readonly wait: Wait;
  /** True when the engine closes: no further attempt. */
  readonly pause: (ms: number) => Promise<boolean>;
}

/** Step 1. Leaves the list of parents in the folder, as Docker does. */
export async function makeScratch(world: LayerWorld, scratch: Scratch, sizeBytes: number | bigint): Promise<void> {
  const { calls, files, wait } = world;
  await wait('CreateSandboxLayer', () => calls.createScratch(scratch.folder, scratch.parents));
  if (BigInt(sizeBytes) > 0n) await wait('ExpandSandboxSize', () => calls.expand(scratch.folder, sizeBytes));
  await leaveChain(files, scratch.folder, scratch.parents);
}

/** The list of parents, in the folder of a scratch layer that HCS has made, or says to have made. */
export async function leaveChain(files: LayerFiles, folder: string, parents: readonly string[]): Promise<void> {
  if (!(await files.isFolder(folder)))
    throw new RuntimeError('hcsFailure', `layer ${folder} is not there after CreateSandboxLayer`, {
      phase: 'CreateSandboxLayer',
    });
  await files.writeText(files.join(folder, CHAIN_FILE), JSON.stringify(parents));
}

/**
 * Steps 2 and 3. A layer that is not ready (0x80070015, 0x8007048F) is tried again, deactivated between. Rejects with the last
 * refusal; then the layer is not active, unless a call was given up.
 */
export async function mountScratch(world: LayerWorld, { folder, parents }: Scratch): Promise<void> {
  const { calls, wait } = world;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await wait('ActivateLayer', () => calls.activate(folder));
      await wait('PrepareLayer', (signal) => calls.prepare(folder, parents, signal));
      return;
    } catch (e) {
      // A refused call may all the same have had its effect. Whoever gave a call up undoes it when it has returned.
      if (isRefusal(e)) await refusalOf(wait('DeactivateLayer', () => calls.deactivate(folder)));
      if (attempt >= ATTEMPTS || !when(isNotReady)(e) || (await world.pause(PAUSE_MS))) throw e;
    }
  }
}

const isRefusal = when(() => true);

/**
 * Undoes the above: steps 13 and 14. Every attempt after the first takes nothing for granted: it unmounts whatever `mounted` says.
 * What counts is that the folder is gone. Rejects with the last refusal when it is not.
 */
export async function removeScratch(world: LayerWorld, folder: string, mounted: boolean): Promise<void> {
  const { files } = world;
  let last: unknown = null;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    last = null;
    if (await files.isFolder(folder)) {
      if (mounted || attempt > 1) last = await unmount(world, folder);
      last = (await putAside(files, folder)) ?? last;
    }
    const aside = folder + REMOVING;
    if (await files.isFolder(aside)) last = (await destroy(world, aside)) ?? last;
    if (!(await files.isFolder(folder)) && !(await files.isFolder(aside))) return;
    if (attempt < ATTEMPTS && (await world.pause(PAUSE_MS))) break;
  }
  throw last instanceof Error ? last : new Error(`the folder is still there`);
}

/** Both, whatever the first says; the first refusal. */
async function unmount({ calls, wait }: LayerWorld, folder: string): Promise<unknown> {
  const unprepared = await refusalOf(wait('UnprepareLayer', () => calls.unprepare(folder)));
  const deactivated = await refusalOf(wait('DeactivateLayer', () => calls.deactivate(folder)));
  return unprepared ?? deactivated;
}

/** Windows renames no folder in which something is open: only what nobody uses is destroyed. */
const putAside = (files: LayerFiles, folder: string): Promise<unknown> =>
  refusalOf(files.rename(folder, folder + REMOVING));

const destroy = ({ calls, wait }: LayerWorld, folder: string): Promise<unknown> =>
  refusalOf(wait('DestroyLayer', () => calls.destroy(folder)));

/** null: it went well. */
const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (e: unknown) => e ?? new Error('unknown'),
  );
