/** The layer verbs: one export each, checked before and told after (design 7). */
import { RuntimeError } from '../errors.js';
import { isNotReady, when } from '../hresult.js';
import type { CallContext, LayerRuntime } from '../runtime.js';
import type { Core } from '../runtime/core.js';
import { placesOf, waiter } from '../runtime/ground.js';
import { CHAIN_FILE, mustBeFolder, parentChain, readChain, refuseLayer } from './chain.js';
import { layerFailed } from './failure.js';
import { isAbsolute, type LayerFiles } from './files.js';
import { findLayers } from './find.js';
import { listLayers, standingOn } from './list.js';
import { ATTEMPTS, leaveChain, PAUSE_MS } from './scratch.js';

/** Names that show that a folder is a layer: DestroyLayer removes whatever folder it is given. */
const MARKS = new Set(['files', 'hives', 'utilityvm', 'sandbox.vhdx', 'blank.vhdx', CHAIN_FILE]);

export function layerVerbs(core: Core): LayerRuntime {
  const calls = core.layerCalls;
  const files = (): LayerFiles => placesOf(core).files;

  /** One call: refused when the engine closes, bounded where the caller wants it, its failure told. */
  const ask = async <T>(
    doing: string,
    operation: string,
    context: CallContext | undefined,
    call: (signal: AbortSignal) => Promise<T>,
    defaultMs = core.timeouts.syscall,
  ) => {
    context?.progress?.({ message: operation });
    const bound = { clock: core.deps.clock, ms: context?.timeoutMs ?? defaultMs, signal: context?.signal, operation };
    try {
      return await waiter(core, () => bound)(operation, call);
    } catch (e) {
      throw layerFailed(e, doing);
    }
  };
  /** The same for a layer that may not be ready yet (hcs-facts 7.3). */
  const insist: typeof ask = async (doing, operation, context, call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask(doing, operation, context, call);
      } catch (e) {
        const cause = (e as Error).cause;
        if (attempt >= ATTEMPTS || !when(isNotReady)(cause) || (await core.pause(PAUSE_MS))) throw e;
      }
    }
  };
  const onLayer =
    (verb: string, operation: string, call: (path: string) => Promise<void>, how: typeof ask = ask) =>
    async (path: string, context?: CallContext): Promise<void> => {
      await mustBeFolder(files(), path, 'path');
      await how(`${verb} layer ${path}`, operation, context, () => call(path));
    };
  const parentsOf = async (path: string, given: readonly string[] | undefined): Promise<readonly string[]> =>
    given === undefined ? ((await readChain(files(), path)) ?? []) : parentChain(files(), given);

  /** Removes a scratch layer that was not finished. Answers what is left of it. */
  const undone = async (path: string): Promise<readonly string[]> => {
    try {
      await ask(`destroy layer ${path}`, 'DestroyLayer', undefined, () => calls.destroy(path));
    } catch {
      // What counts is whether it is there.
    }
    return (await files().isFolder(path)) ? [`scratch layer ${path}`] : [];
  };

  return {
    find: (roots) => findLayers(placesOf(core), roots, core.deps.target.build),
    list: (context) => listLayers(core, (call) => ask('list layers', 'LayerExists', context, call)),

    async scratch(path, given, sizeBytes, context) {
      if (!isAbsolute(path))
        throw refuseLayer('path', 'an absolute path', `${JSON.stringify(path)} is no absolute path`);
      if (given.length === 0) throw refuseLayer('parents', 'the layer to stand on', 'no parents are named');
      const parents = await parentChain(files(), given);
      await ask(`make scratch layer ${path}`, 'CreateSandboxLayer', context, () => calls.createScratch(path, parents));
      try {
        if (sizeBytes !== undefined && BigInt(sizeBytes) > 0n)
          await ask(`expand layer ${path}`, 'ExpandSandboxSize', context, () => calls.expand(path, sizeBytes));
        await leaveChain(files(), path, parents);
      } catch (e) {
        throw layerFailed(e, `make scratch layer ${path}`, await undone(path));
      }
      return { parents };
    },
    activate: onLayer('activate', 'ActivateLayer', (path) => calls.activate(path), insist),
    async prepare(path, given, context) {
      await mustBeFolder(files(), path, 'path');
      const parents = await parentsOf(path, given);
      await insist(`prepare layer ${path}`, 'PrepareLayer', context, (signal) => calls.prepare(path, parents, signal));
      return { parents };
    },
    async mountPath(path, context) {
      await mustBeFolder(files(), path, 'path');
      return ask(`mount path of layer ${path}`, 'GetLayerMountPath', context, () => calls.mountPath(path));
    },
    unprepare: onLayer('unprepare', 'UnprepareLayer', (path) => calls.unprepare(path)),
    deactivate: onLayer('deactivate', 'DeactivateLayer', (path) => calls.deactivate(path)),
    async destroy(path, context) {
      await mustBeFolder(files(), path, 'path');
      const user = standingOn(core, path);
      if (user !== null)
        throw new RuntimeError('failedPrecondition', `container ${user} stands on layer ${path}`, {
          containerId: user,
          hint: 'delete the container: that removes its scratch layer',
        });
      const names = await files().names(path);
      if (!names.some((name) => MARKS.has(name.toLowerCase())))
        throw refuseLayer('path', 'a layer folder', `${path} does not look like a layer`);
      await ask(`destroy layer ${path}`, 'DestroyLayer', context, () => calls.destroy(path));
      if (await files().isFolder(path))
        throw new RuntimeError('hcsFailure', `layer ${path} is still there after DestroyLayer`, {
          phase: 'DestroyLayer',
          leftovers: [path],
        });
    },
    async import(path, folder, given, context) {
      if (!isAbsolute(path))
        throw refuseLayer('path', 'an absolute path', `${JSON.stringify(path)} is no absolute path`);
      await mustBeFolder(files(), folder, 'folder');
      const parents = given === undefined ? [] : await parentChain(files(), given);
      await ask(
        `import layer ${path}`,
        'ImportLayer',
        context,
        () => calls.import(path, folder, parents),
        core.timeouts.layerCopy,
      );
      if (parents.length > 0) await files().writeText(files().join(path, CHAIN_FILE), JSON.stringify(parents));
      return { parents };
    },
    async export(path, folder, given, context) {
      await mustBeFolder(files(), path, 'path');
      if (!isAbsolute(folder))
        throw refuseLayer('folder', 'an absolute path', `${JSON.stringify(folder)} is no absolute path`);
      const parents = await parentsOf(path, given);
      await ask(
        `export layer ${path}`,
        'ExportLayer',
        context,
        () => calls.export(path, folder, parents),
        core.timeouts.layerCopy,
      );
      return { parents };
    },
    async grant(vmId, path, context) {
      if (vmId === '' || vmId.includes('\0'))
        throw refuseLayer('vmId', 'the id of a virtual machine', 'no id', 'with Hyper-V isolation: the RuntimeId');
      if (!isAbsolute(path))
        throw refuseLayer('path', 'an absolute path', `${JSON.stringify(path)} is no absolute path`);
      await ask(`grant access to ${path}`, 'GrantVmAccess', context, () => calls.grantVmAccess(vmId, path));
    },
  };
}
