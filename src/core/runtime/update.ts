/** update: HCS's first schema can change the network of a running container, and nothing else (hcs-facts 3.7). */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { networkDocument } from '../documents/requests.js';
import { invalidRequest, RuntimeError } from '../errors.js';
import type { CallContext } from '../runtime.js';
import { GaveUp } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief, failed } from './failures.js';
import type { LiveSystem } from './live.js';
import { ask, boundOf, openSystem } from './verb.js';

const GUID = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

/** `{"network":{"add":["<endpoint GUID>"],"remove":["<endpoint GUID>"]}}`. */
export const NetworkUpdate = t.type({
  network: t.partial({ add: t.array(t.string), remove: t.array(t.string) }),
});

interface Change {
  readonly request: 'Add' | 'Remove';
  readonly endpoint: string;
}

/** Detaches first, then attaches, in the order given. When one is refused, those before it are taken back. */
export async function update(core: Core, id: string, resources: unknown, context?: CallContext): Promise<void> {
  const cell = core.find(id);
  const changes = changesOf(cell, resources);
  const system = openSystem(cell, 'be updated', 'created', 'running');
  const done: Change[] = [];
  for (const change of changes) {
    try {
      await modify(core, cell, system, change, context);
      done.push(change);
    } catch (e) {
      if (e instanceof GaveUp || core.closed) throw e;
      throw failed(e, { id: cell.id, doing: 'update', leftovers: await takeBack(core, cell, system, done) });
    }
  }
}

const modify = (
  core: Core,
  cell: Cell,
  system: LiveSystem,
  { request, endpoint }: Change,
  context?: CallContext,
): Promise<unknown> =>
  ask(
    core,
    cell,
    'update',
    core.deps.hcs.modifyComputeSystem(system.token, networkDocument(request, endpoint)),
    boundOf(core, cell, context, 'HcsModifyComputeSystem', core.timeouts.syscall),
  );

/** Answers what could not be taken back. */
async function takeBack(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  done: readonly Change[],
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const { request, endpoint } of [...done].reverse()) {
    try {
      await modify(core, cell, system, { request: request === 'Add' ? 'Remove' : 'Add', endpoint });
    } catch (e) {
      left.push(`endpoint ${endpoint} is ${request === 'Add' ? 'attached' : 'detached'}: ${brief(e)}`);
    }
  }
  return left;
}

/** Throws `unsupported` for what HCS cannot change, invalidRequest for what is no change. */
function changesOf(cell: Cell, resources: unknown): readonly Change[] {
  const others = keysOf(resources).filter((key) => key !== 'network');
  if (others.length > 0)
    throw new RuntimeError('unsupported', `HCS cannot change ${others.join(', ')} of a container that exists`, {
      containerId: cell.id,
      hint: 'only {"network":{"add":[...],"remove":[...]}} can be changed; create the container anew for other limits',
    });
  const { network } = (typeof resources === 'object' && resources !== null ? resources : {}) as { network?: unknown };
  const [unknown] = keysOf(network).filter((key) => key !== 'add' && key !== 'remove');
  if (unknown !== undefined) throw shape(`resources.network.${unknown}`, 'an unknown member');
  const decoded = NetworkUpdate.decode(resources);
  if (E.isLeft(decoded)) throw shape('resources', 'something else');
  const { add = [], remove = [] } = decoded.right.network;
  if (add.length + remove.length === 0) throw shape('resources', 'nothing to change');
  return [...guids('remove', remove), ...guids('add', add)];
}

const guids = (list: 'add' | 'remove', endpoints: readonly string[]): readonly Change[] =>
  endpoints.map((endpoint, i) => {
    if (!GUID.test(endpoint))
      throw shape(`resources.network.${list}[${i}]`, JSON.stringify(endpoint.slice(0, 60)), 'the GUID of an endpoint');
    return { request: list === 'add' ? 'Add' : 'Remove', endpoint: endpoint.replace(/[{}]/g, '') };
  });

const keysOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

const shape = (
  path: string,
  got: string,
  expected = '{"network":{"add":["<endpoint GUID>"],"remove":["<endpoint GUID>"]}}',
): RuntimeError =>
  invalidRequest('the update cannot be understood', [{ path, expected, got }], 'endpoint ids: hcs endpoint list');
