/** The in-process Runtime: what the engine runs. One file a verb; this one only joins them. */
import { layerVerbs } from '../layers/layerVerbs.js';
import { networkVerbs } from '../network/networkVerbs.js';
import { idKey } from '../model/ids.js';
import type { CallContext, Runtime } from '../runtime.js';
import { boot } from './boot.js';
import { checkpoint } from './checkpoint.js';
import { closeStdin } from './closeStdin.js';
import { Core } from './core.js';
import { create } from './create.js';
import { deleteTask, remove } from './delete.js';
import type { RuntimeDeps } from './deps.js';
import { exec } from './exec.js';
import { kill } from './kill.js';
import { list } from './list.js';
import { log } from './log.js';
import { pause, resume } from './pause.js';
import { planOn } from './planOn.js';
import { processes } from './processes.js';
import { reopen } from './recover.js';
import { resize } from './resize.js';
import { restore } from './restore.js';
import { start } from './start.js';
import { stats } from './stats.js';
import { stop } from './stop.js';
import { detailOf } from './summary.js';
import { sweep } from './sweep.js';
import { release, tearDown } from './teardown.js';
import { update } from './update.js';
import { settled } from './verb.js';
import { wait } from './wait.js';

export type { BaseUse, BuiltinBase, RuntimeDeps } from './deps.js';
export { DEFAULT_OWNER } from './deps.js';

/** A Runtime, and what the engine around it needs. */
export interface RuntimeHost extends Runtime {
  /** True while a container lives or work is under way: an engine that is busy must not exit. */
  busy(): boolean;
  /** Called when {@link busy} changes; the returned function ends it. */
  onIdleChange(listener: (busy: boolean) => void): () => void;
  /** Resolves when every recorded container has been reattached, ended or found lost. Never rejects. */
  readonly reattached: Promise<void>;
  /** Ends every wait with `unavailable`. Containers run on; `hcs` and `store` stay open (their owner closes them after this). */
  close(): Promise<void>;
}

/**
 * Reads the records of the store and begins to reattach what lives; `list` and `state` answer at once, other verbs wait for
 * their own container. Takes `hcs`'s notifications: nobody else may listen.
 */
export function createRuntime(deps: RuntimeDeps): Promise<RuntimeHost> {
  const core = new Core(deps);
  core.effects = {
    tearDown: (cell) => {
      tearDown(core, cell);
    },
    reopen: (cell) => {
      reopen(core, cell);
    },
    release,
  };
  deps.hcs.onNotifications(core.router.deliver);
  const reattached = boot(core);
  // Verbs that judge the state of a container wait until it is known.
  const settle = <T>(id: string, context: CallContext | undefined, verb: () => Promise<T>): Promise<T> => {
    const cell = core.cells.get(idKey(id));
    return cell?.attaching == null ? verb() : settled(core, cell, context).then(verb);
  };

  return Promise.resolve({
    create: (request, context) => create(core, request, context),
    start: (request, context) => settle(request.id, context, () => start(core, request, context)),
    exec: (request, context) => settle(request.id, context, () => exec(core, request, context)),
    kill: (id, execId, signal, context) => settle(id, context, () => kill(core, id, execId, signal, context)),
    stop: (id, graceMs, context) => settle(id, context, () => stop(core, id, graceMs, context)),
    pause: (id, context) => settle(id, context, () => pause(core, id, context)),
    resume: (id, context) => settle(id, context, () => resume(core, id, context)),
    wait: (id, execId, waitFor, context) => wait(core, id, execId, waitFor, context),
    deleteTask: (id) => settle(id, undefined, () => rejecting(() => deleteTask(core, id))),
    delete: (id, force, context) => settle(id, context, () => remove(core, id, force, context)),
    list: (all, context) => list(core, all, context),
    state: (id) => rejecting(() => detailOf(core.find(id))),
    processes: (id, context) => settle(id, context, () => processes(core, id, context)),
    stats: (id, context) => settle(id, context, () => stats(core, id, context)),
    resize: (id, execId, width, height, context) =>
      settle(id, context, () => resize(core, id, execId, width, height, context)),
    closeStdin: (id, execId, context) => settle(id, context, () => closeStdin(core, id, execId, context)),
    update: (id, resources, context) => settle(id, context, () => update(core, id, resources, context)),
    checkpoint: (id) => rejecting(() => checkpoint(core, id)),
    restore: (id, policy, context) => restore(core, id, policy, context),
    layers: layerVerbs(core),
    networks: networkVerbs(core),
    sweep: (dryRun, context) => sweep(core, dryRun, context),
    plan: (request) => planOn(core, request),
    subscribe: (after, listener, expired) => rejecting(() => core.feed.subscribe(after, listener, expired)),
    eventsList: (after, limit) => rejecting(() => core.feed.read(after, limit)),
    log: (id, processId) => log(core, id, processId),
    busy: () => core.busy(),
    onIdleChange: (listener) => core.onIdleChange(listener),
    reattached,
    close: () => core.close(),
  });
}

/** A synchronous answer as a promise: what it throws rejects. */
function rejecting<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (e) {
    return Promise.reject(e instanceof Error ? e : new Error(String(e)));
  }
}
