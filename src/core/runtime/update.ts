/** update: HCS's first schema can change the network of a running container, and nothing else (hcs-facts 3.7). */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { invalidRequest, RuntimeError } from '../errors.js';
import type { CallContext } from '../runtime.js';
import type { Core } from './core.js';
import { ask, boundOf, openSystem } from './verb.js';

const GUID = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

/** `{"network":{"add":["<endpoint GUID>"],"remove":["<endpoint GUID>"]}}`. */
export const NetworkUpdate = t.type({
  network: t.partial({ add: t.array(t.string), remove: t.array(t.string) }),
});

export async function update(core: Core, id: string, resources: unknown, context?: CallContext): Promise<void> {
  const cell = core.find(id);
  const others = typeof resources === 'object' && resources !== null ? Object.keys(resources) : [];
  const unsupported = others.filter((key) => key !== 'network');
  if (unsupported.length > 0)
    throw new RuntimeError('unsupported', `HCS cannot change ${unsupported.join(', ')} of a container that exists`, {
      containerId: cell.id,
      hint: 'only {"network":{"add":[...],"remove":[...]}} can be changed; create the container anew for other limits',
    });
  const decoded = NetworkUpdate.decode(resources);
  if (E.isLeft(decoded)) throw shape('something else');
  const changes = [
    ...(decoded.right.network.remove ?? []).map((endpoint) => ({ endpoint, request: 'Remove' })),
    ...(decoded.right.network.add ?? []).map((endpoint) => ({ endpoint, request: 'Add' })),
  ];
  if (changes.length === 0) throw shape('nothing to change');
  const wrong = changes.find(({ endpoint }) => !GUID.test(endpoint));
  if (wrong !== undefined) throw shape(JSON.stringify(wrong.endpoint.slice(0, 60)));
  const system = await openSystem(core, cell, context, 'be updated', 'created', 'running');
  for (const { endpoint, request } of changes) {
    const guid = endpoint.replace(/[{}]/g, '');
    await ask(
      core,
      cell,
      'update',
      core.deps.hcs.modifyComputeSystem(
        system.token,
        `{"ResourceType":"Network","Settings":"${guid}","RequestType":"${request}"}`,
      ),
      boundOf(core, cell, context, 'HcsModifyComputeSystem', core.timeouts.syscall),
    );
  }
}

const shape = (got: string): RuntimeError =>
  invalidRequest('there is nothing to update', [
    { path: 'resources', expected: '{"network":{"add":["<endpoint GUID>"],"remove":["<endpoint GUID>"]}}', got },
  ]);
