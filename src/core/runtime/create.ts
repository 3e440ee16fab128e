/** create: HcsCreateComputeSystem and HcsStartComputeSystem, all or nothing. */
import * as E from 'fp-ts/lib/Either.js';
import { containerDocument } from '../documents/containerDocument.js';
import { initDocument } from '../documents/processDocument.js';
import type { OciSpec } from '../documents/spec.js';
import type { ContainerDocument } from '../documents/target.js';
import { invalidRequest, RuntimeError } from '../errors.js';
import { isAlreadyExists, when } from '../hresult.js';
import { groundFailed } from '../layers/failure.js';
import { ContainerId, idKey } from '../model/ids.js';
import { RECORD_VERSION, type ContainerRecord } from '../model/record.js';
import type { CallContext, CreateRequest } from '../runtime.js';
import { withBase } from './base.js';
import { bounded, GaveUp } from './bounded.js';
import { Cell } from './cell.js';
import type { Core } from './core.js';
import { DEFAULT_OWNER } from './deps.js';
import { brief, failed, saysServiceLost } from './failures.js';
import { layGround, releaseGround, resourcesOf, surveyGround, type Ground } from './ground.js';
import { cleanLeftovers } from './leftovers.js';
import { isListed } from './listed.js';
import type { LiveSystem } from './live.js';
import { refusedBy } from './loss.js';
import { completion, operation } from './operations.js';
import { noteRuntimeId, startProof } from './proof.js';
import { failCreate, rollBack } from './rollBack.js';
import { secretsOf } from './secrets.js';
import { adoptSystem } from './system.js';
import { apply, reserve, unreserve } from './turns.js';
import { boundOf } from './verb.js';

export async function create(
  core: Core,
  request: CreateRequest,
  context?: CallContext,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const id = request.id ?? `hcs-${core.deps.random().slice(0, 12)}`;
  if (E.isLeft(ContainerId.decode(id)))
    throw invalidRequest('the id cannot name a container', [
      {
        path: 'id',
        expected: '1 to 128 of A-Z a-z 0-9 _ . -, the first a letter or digit',
        got: JSON.stringify(id.slice(0, 140)),
      },
    ]);
  const epoch = core.deps.random().slice(0, 16);
  const ground = await surveyGround(core, request, idKey(id), epoch, context);
  const given = ground?.spec ?? request.spec;
  const spec = request.builtinBase === true ? await withBase(core, id, given, 'create') : given;
  const owner = request.owner ?? DEFAULT_OWNER;
  const documentOf = (of: OciSpec): Promise<ContainerDocument> =>
    containerDocument({ id, owner, spec: of, host: core.deps.target, runtimeOptions: request.runtimeOptions });
  let container = await documentOf(spec);
  const init = initDocument(container.spec);
  const cell = await enter(core, new Cell(recordOf(core, id, owner, request, container, init.document, epoch, ground)));
  if (ground !== null) container = await lay(core, cell, { ...ground, spec }, documentOf, context);
  await build(core, cell, container.document, secretsOf(spec), context);
  return { id, warnings: [...container.warnings, ...init.warnings] };
}

/** What the container stands on, all or nothing; then the document with it. */
async function lay(
  core: Core,
  cell: Cell,
  ground: Ground,
  documentOf: (spec: OciSpec) => Promise<ContainerDocument>,
  context: CallContext | undefined,
): Promise<ContainerDocument> {
  try {
    return await documentOf(await layGround(core, cell, ground, context));
  } catch (e) {
    if (e instanceof GaveUp || core.closed) {
      core.background('rolling back a create', cell.id, failCreate(core, cell, brief(e), []));
      throw e;
    }
    const leftovers = await core.untilClosed(failCreate(core, cell, brief(e), []));
    throw groundFailed(e, cell.id, leftovers);
  }
}

function recordOf(
  core: Core,
  id: string,
  owner: string,
  request: CreateRequest,
  container: ContainerDocument,
  initParameters: string,
  epoch: string,
  ground: Ground | null,
): ContainerRecord {
  const { process, annotations } = container.spec;
  return {
    version: RECORD_VERSION,
    id,
    epoch,
    sequence: 0,
    state: { kind: 'creating' },
    isolation: container.isolation,
    lcow: container.lcow,
    owner,
    labels: [...(request.labels ?? [])],
    annotations: [...(annotations ?? [])].map(([name, value]) => ({ name, value })),
    bundle: request.bundle ?? null,
    createdAt: core.now(),
    process: { document: initParameters, cwd: process?.cwd ?? '', terminal: process?.terminal === true },
    runtimeId: null,
    execs: [],
    lastError: null,
    resources: resourcesOf(ground, epoch),
    hostname: container.spec.hostname ?? null,
  };
}

/** Takes the id. A failed create of the same id makes way once nothing of it is left. */
async function enter(core: Core, cell: Cell): Promise<Cell> {
  for (;;) {
    const other = core.cells.get(idKey(cell.id));
    if (other === undefined) break;
    if (other.state.kind !== 'failed' || !(await cleanLeftovers(core, other)))
      throw new RuntimeError('alreadyExists', `container ${other.id} exists already`, { containerId: other.id });
    try {
      await apply(core, other, { kind: 'deleteAsked' }, { wish: true });
    } catch (e) {
      // Another create was quicker: the next look finds its container.
      if (!other.removed) throw e;
    }
  }
  core.cells.set(cell.key, cell);
  try {
    await reserve(core, cell);
  } catch (e) {
    if (core.cells.get(cell.key) === cell) core.cells.delete(cell.key);
    throw e;
  }
  return cell;
}

async function build(
  core: Core,
  cell: Cell,
  document: string,
  secrets: readonly string[],
  context: CallContext | undefined,
): Promise<void> {
  const { hcs, clock } = core.deps;
  const bound = boundOf(core, cell, context, 'HcsCreateComputeSystem', core.timeouts.systemCreate);
  const began = clock.elapsed();
  core.refuseWhenClosed();
  context?.progress?.({ message: bound.operation });
  const call = hcs.createComputeSystem(cell.id, document);
  let created: Awaited<typeof call>;
  try {
    created = await core.untilClosed(bounded(call, bound));
  } catch (e) {
    if (e instanceof GaveUp || core.closed) {
      // Answered now; what HCS makes of it is undone when it says so.
      core.background(
        'rolling back a create',
        cell.id,
        call.then(
          ({ system }) => rollBack(core, cell, adoptSystem(core, cell, system), brief(e)),
          (late: unknown) => refused(core, cell, late),
        ),
      );
      throw e;
    }
    const leftovers = await refused(core, cell, e);
    throw failed(alreadyThere(cell, e) ?? failed(e, { id: cell.id, doing: 'create', secrets }), {
      id: cell.id,
      doing: 'create',
      leftovers,
    });
  }
  const system = adoptSystem(core, cell, created.system);
  try {
    if (created.pending)
      await core.untilClosed(
        completion(system.expect('SystemCreateCompleted', true), {
          ...bound,
          ms: Math.max(0, bound.ms - (clock.elapsed() - began)),
        }),
      );
    await core.untilClosed(bounded(noteRuntimeId(core, cell, system), bound));
    await core.untilClosed(startSystem(core, cell, system, context));
  } catch (e) {
    if (e instanceof GaveUp || core.closed) {
      core.background('rolling back a create', cell.id, rollBack(core, cell, system, brief(e)));
      throw e;
    }
    const error = refusedBy(system, e, { id: cell.id, doing: 'create', secrets });
    const leftovers = await core.untilClosed(rollBack(core, cell, system, brief(e)));
    throw failed(error, { id: cell.id, doing: 'create', leftovers });
  }
}

/** Starts the system and makes it known. */
async function startSystem(
  core: Core,
  cell: Cell,
  system: LiveSystem,
  context: CallContext | undefined,
): Promise<void> {
  const bound = boundOf(core, cell, context, 'HcsStartComputeSystem', core.timeouts.systemStart);
  context?.progress?.({ message: bound.operation });
  await operation(system, 'SystemStartCompleted', () => core.deps.hcs.startComputeSystem(system.token), bound);
  const patch = await bounded(startProof(core, cell, system), bound);
  await apply(core, cell, { kind: 'createOk' }, { patch, wish: true });
}

/** HCS made nothing. A system of that id that is not ours leaves no trace here. */
async function refused(core: Core, cell: Cell, e: unknown): Promise<readonly string[]> {
  if (when(isAlreadyExists)(e) && (await releaseGround(core, cell)).length === 0) {
    await unreserve(core, cell);
    return [];
  }
  // A call that was lost, or refused after it was done, has been carried out.
  const systemLeft =
    saysServiceLost(e) || (await isListed(core, cell)) ? [`compute system ${cell.id} may exist: ${brief(e)}`] : [];
  return failCreate(core, cell, brief(e), systemLeft);
}

function alreadyThere(cell: Cell, e: unknown): RuntimeError | null {
  if (!when(isAlreadyExists)(e)) return null;
  const { details } = failed(e, { id: cell.id, doing: 'create' });
  return new RuntimeError('alreadyExists', `HCS has a compute system ${cell.id} that this home did not create`, {
    ...details,
    hint: 'choose another id; "hcs list --all" shows it with its owner',
  });
}
