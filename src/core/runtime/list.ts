/** list: records at once; with `all` also what HCS knows and this home did not create. */
import { isAccessDenied, isInvalidState, when } from '../hresult.js';
import type { ContainerSummary } from '../model/container.js';
import { idKey } from '../model/ids.js';
import type { CallContext } from '../runtime.js';
import { bounded } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { EnumerateAnswer, readAnswer, stateOf, type BasicProperties, type SystemState } from './properties.js';
import { summaryOf } from './summary.js';

/** Before this build enumeration loses a race now and then (moby PR 31055): up to 500 tries, 10 ms apart. */
const BUILD_WITHOUT_RACE = 16299;
const TRIES = 500;
const PAUSE_MS = 10;

export async function list(
  core: Core,
  all: boolean,
  context?: CallContext,
): Promise<{ readonly items: readonly ContainerSummary[]; readonly warnings: readonly string[] }> {
  const own = (): ContainerSummary[] =>
    [...core.cells.values()].filter((cell) => cell.state.kind !== 'creating').map((cell) => summaryOf(cell.record));
  if (!all) return { items: own(), warnings: [] };
  try {
    const systems = await bounded(enumerate(core), {
      clock: core.deps.clock,
      ms: Math.min(context?.timeoutMs ?? Infinity, core.timeouts.quickCall),
      signal: context?.signal,
      operation: 'HcsEnumerateComputeSystems',
    });
    const foreign = systems.filter((system) => !isOurs(core, system)).map(foreignSummary);
    return { items: [...own(), ...foreign], warnings: [] };
  } catch (e) {
    if (context?.signal?.aborted === true) throw e;
    return { items: own(), warnings: [`other compute systems cannot be listed: ${brief(e)}`] };
  }
}

export async function enumerate(core: Core): Promise<readonly BasicProperties[]> {
  const tries = core.deps.target.build < BUILD_WITHOUT_RACE ? TRIES : 1;
  for (let n = 1; ; n += 1) {
    try {
      const text = await core.deps.hcs.enumerateComputeSystems('{}');
      return text === null || text === '' ? [] : readAnswer(EnumerateAnswer, text, 'HcsEnumerateComputeSystems');
    } catch (e) {
      if (n >= tries || !(when(isAccessDenied)(e) || when(isInvalidState)(e))) throw e;
      if (await core.pause(PAUSE_MS)) throw e;
    }
  }
}

/** What an enumeration says of the container's id; null when HCS lists no such system. Rejects when it cannot be told. */
export async function listedState(core: Core, cell: Cell): Promise<SystemState | null> {
  const systems = await core.quick('HcsEnumerateComputeSystems', cell.id, enumerate(core));
  const found = systems.find((system) => idKey(system.Id ?? '') === cell.key);
  return found === undefined ? null : stateOf(found);
}

/** By record: a live container under that id, of that RuntimeId where both are known. */
function isOurs(core: Core, system: BasicProperties): boolean {
  const cell = core.cells.get(idKey(system.Id ?? ''));
  if (cell === undefined) return false;
  const { runtimeId } = cell.record;
  const theirs = system.RuntimeId?.toLowerCase();
  return cell.alive && (runtimeId === null || theirs === undefined || theirs === runtimeId);
}

const STATUS: Readonly<Record<string, ContainerSummary['status']>> = {
  Running: 'running',
  Paused: 'paused',
  Stopped: 'stopped',
};

/** HCS tells no times of a system: Go's zero time stands for "not known". */
const foreignSummary = (system: BasicProperties): ContainerSummary => ({
  id: system.Id ?? '',
  status: STATUS[system.State ?? ''] ?? 'created',
  isolation: system.SystemType === 'VirtualMachine' ? 'hyperv' : 'process',
  pid: 0,
  createdAt: '0001-01-01T00:00:00Z',
  startedAt: null,
  exitedAt: null,
  exitCode: null,
  owner: system.Owner ?? '',
  labels: [],
  foreign: true,
});
