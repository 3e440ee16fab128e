/**
 * What a container stands on when its creator names a layer or a network: scratch layer, mounted volume, endpoint. Made before
 * the compute system, removed after it, in the order of hcs-facts 7.3; what was made is in the record before it is made.
 */
import type { OciSpec } from '../documents/spec.js';
import { RuntimeError } from '../errors.js';
import { hresultOf } from '../hresult.js';
import { withParents, refuseLayer } from '../layers/chain.js';
import type { LayerPlaces } from '../layers/files.js';
import { makeScratch, mountScratch, removeScratch, type LayerWorld, type Wait } from '../layers/scratch.js';
import { shortSha1 } from '../layers/scratchName.js';
import type { ContainerResources } from '../model/record.js';
import { Hns, hnsKey } from '../network/hns.js';
import { findNetwork } from '../network/find.js';
import type { CallContext, CreateRequest } from '../runtime.js';
import { bounded, type Bound } from './bounded.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { brief } from './failures.js';
import { note } from './turns.js';
import { boundOf } from './verb.js';

/** Stand in for what exists only once the container is created: the document is checked before anything is made. */
export const NO_VOLUME = '\\\\?\\Volume{00000000-0000-0000-0000-000000000000}\\';
const NO_ENDPOINT = '00000000-0000-0000-0000-000000000000';

export interface Ground {
  readonly scratch: { readonly folder: string; readonly parents: readonly string[]; readonly mounted: boolean } | null;
  readonly sizeBytes: number | bigint;
  /** `networkId` null: the endpoint exists already and is not ours. */
  readonly endpoint: { readonly networkId: string | null; readonly id: string } | null;
  /** The spec as it would be created, with stand-ins. */
  readonly spec: OciSpec;
}

/** Nothing is made yet. Throws invalidRequest for a layer that is none, notFound for an unknown network. null: nothing was asked for. */
export async function surveyGround(
  core: Core,
  request: Pick<CreateRequest, 'spec' | 'layer' | 'network'>,
  key: string,
  epoch: string,
  context?: CallContext,
): Promise<Ground | null> {
  const { layer, network } = request;
  if (layer === undefined && network === undefined) return null;
  let { spec } = request;
  let scratch: Ground['scratch'] = null;
  const sizeBytes = spec.windows?.resources?.storage?.sandboxSize ?? 0;
  if (layer !== undefined) {
    const { files, scratchRoot } = placesOf(core);
    checkSpec(spec);
    const parents = await withParents(files, layer);
    const mounted = spec.windows?.hyperv === undefined;
    scratch = { folder: files.join(scratchRoot, shortSha1(`${key} ${epoch}`)), parents, mounted };
    spec = standingOn(spec, scratch, NO_VOLUME);
  }
  const endpoint = network === undefined ? null : await findEndpoint(core, network, context);
  if (endpoint !== null) spec = withEndpoint(spec, endpoint.id);
  return { scratch, sizeBytes, endpoint, spec };
}

export function placesOf(core: Core): LayerPlaces {
  const { layers } = core.deps;
  if (layers === undefined) throw new RuntimeError('unsupported', 'this engine does not work with layer folders');
  return layers;
}

function checkSpec(spec: OciSpec): void {
  if (spec.linux !== undefined)
    throw refuseLayer('layer', 'a spec of a Windows container', 'a Linux container has no Windows layer folder');
  if ((spec.windows?.layerFolders ?? []).length > 0)
    throw refuseLayer('layer', 'a spec without windows.layerFolders', 'the spec names layers already');
  if ((spec.root?.path ?? '') !== '')
    throw refuseLayer('layer', 'a spec without root.path', 'the spec names a root already');
}

function standingOn(spec: OciSpec, scratch: NonNullable<Ground['scratch']>, volume: string): OciSpec {
  const { resources, ...windows } = spec.windows ?? {};
  const storage = { ...resources?.storage };
  // It has had its effect on the scratch layer; as part of the spec it would be said to have none.
  delete storage.sandboxSize;
  return {
    ...spec,
    windows: {
      ...windows,
      ...(resources === undefined ? {} : { resources: { ...resources, storage } }),
      layerFolders: [...scratch.parents, scratch.folder],
    },
    ...(scratch.mounted ? { root: { ...spec.root, path: volume } } : {}),
  };
}

const withEndpoint = (spec: OciSpec, id: string): OciSpec => ({
  ...spec,
  windows: {
    ...spec.windows,
    network: {
      ...spec.windows?.network,
      endpointList: [...(spec.windows?.network?.endpointList ?? []).filter((other) => other !== NO_ENDPOINT), id],
    },
  },
});

/** A network by name or id, else an endpoint by id. */
async function findEndpoint(
  core: Core,
  name: string,
  context: CallContext | undefined,
): Promise<NonNullable<Ground['endpoint']>> {
  const hns = hnsOf(core, context);
  const networks = await hns.networks();
  const found = findNetwork(networks, name);
  if (found?.ID !== undefined) return { networkId: found.ID, id: NO_ENDPOINT };
  const endpoint = (await hns.endpoints()).find(({ ID }) => hnsKey(ID ?? '') === hnsKey(name));
  if (endpoint?.ID !== undefined) return { networkId: null, id: hnsKey(endpoint.ID) };
  const names = networks.map((network) => network.Name ?? '').filter((text) => text !== '');
  throw new RuntimeError('notFound', `there is no network or endpoint ${JSON.stringify(name.slice(0, 128))}`, {
    hint: names.length === 0 ? 'there are no networks: hcs network create' : `networks: ${names.join(', ')}`,
  });
}

/** HNS for a request that concerns no container. */
export function hnsOf(core: Core, context: CallContext | undefined): Hns {
  return new Hns(
    core.deps.hcs,
    waiter(core, (operation) => ({
      clock: core.deps.clock,
      ms: context?.timeoutMs ?? core.timeouts.syscall,
      signal: context?.signal,
      operation,
    })),
  );
}

/** An engine that closes makes no call. `made` is told each one: it may outlive the wait for it. */
export function waiter(
  core: Core,
  boundFor: (operation: string) => Bound,
  made: (call: Promise<unknown>) => void = () => undefined,
): Wait {
  return async (operation, begin) => {
    core.refuseWhenClosed();
    const given = new AbortController();
    const call = begin(given.signal);
    made(call);
    try {
      return await core.untilClosed(bounded(call, boundFor(operation)));
    } catch (e) {
      given.abort();
      throw e;
    }
  };
}

/** For calls that undo: their caller has no say in how long they take. */
const undoing = (core: Core, containerId?: string): Wait =>
  waiter(core, (operation) => ({
    clock: core.deps.clock,
    ms: core.timeouts.syscall,
    operation,
    ...(containerId === undefined ? {} : { containerId }),
  }));

/** For the record: written before any of it is made. */
export function resourcesOf(ground: Ground | null, epoch: string): ContainerResources | null {
  if (ground === null) return null;
  const { scratch, endpoint } = ground;
  const ours = endpoint?.networkId != null;
  if (scratch === null && !ours) return null;
  return {
    ...(scratch === null ? {} : { scratch: { ...scratch, parents: [...scratch.parents] } }),
    ...(ours ? { endpoint: { name: `hcs-${epoch}`, id: null } } : {}),
  };
}

/** What a create has made so far, so that exactly that is undone. A container of an earlier engine has none: all is undone. */
interface Made {
  mounted: boolean;
  endpoint: boolean;
  /** The native call under way: it may outlive its caller's patience. */
  call: Promise<unknown>;
}
const made = new WeakMap<Cell, Made>();
const releasing = new WeakMap<Cell, Promise<readonly Left[]>>();

/** Something that could not be removed. */
export interface Left {
  readonly text: string;
  readonly error: unknown;
}

/** Makes it. Answers the spec with what was made. What was made of it before it rejects is undone by {@link releaseGround}. */
export async function layGround(
  core: Core,
  cell: Cell,
  ground: Ground,
  context: CallContext | undefined,
): Promise<OciSpec> {
  const done: Made = { mounted: false, endpoint: false, call: Promise.resolve() };
  made.set(cell, done);
  const wait = waiter(
    core,
    (operation) => boundOf(core, cell, context, operation, core.timeouts.syscall),
    (call) => {
      done.call = call;
    },
  );
  const { scratch, endpoint } = ground;
  let { spec } = ground;
  if (scratch !== null) {
    const world = worldOf(core, wait);
    core.refuseWhenClosed();
    await world.files.makeFolder(placesOf(core).scratchRoot);
    await makeScratch(world, scratch, ground.sizeBytes);
    if (scratch.mounted) spec = { ...spec, root: { ...spec.root, path: await mount(world, done, scratch) } };
  }
  const { resources } = cell.record;
  if (endpoint?.networkId != null && resources?.endpoint !== undefined) {
    const { name } = resources.endpoint;
    core.refuseWhenClosed();
    done.endpoint = true;
    const { ID } = await new Hns(core.deps.hcs, wait).createEndpoint({
      Name: name,
      VirtualNetwork: endpoint.networkId,
    });
    if (ID === undefined) throw new RuntimeError('hcsFailure', 'the Host Networking Service gave its endpoint no id');
    await note(core, cell, { resources: { ...resources, endpoint: { name, id: hnsKey(ID) } } });
    spec = withEndpoint(spec, hnsKey(ID));
  }
  return spec;
}

async function mount(world: LayerWorld, done: Made, scratch: NonNullable<Ground['scratch']>): Promise<string> {
  done.mounted = true;
  try {
    await mountScratch(world, scratch);
  } catch (e) {
    // Refused: then it is not mounted. Given up: nobody knows.
    if (hresultOf(e) !== null) done.mounted = false;
    throw e;
  }
  const path = await world.wait('GetLayerMountPath', () => world.calls.mountPath(scratch.folder));
  if (path !== null) return path;
  throw new RuntimeError('hcsFailure', `the scratch layer ${scratch.folder} is prepared but has no volume`, {
    phase: 'GetLayerMountPath',
  });
}

const worldOf = (core: Core, wait: Wait): LayerWorld => ({
  calls: core.layerCalls,
  files: placesOf(core).files,
  wait,
  pause: (ms) => core.pause(ms),
});

/**
 * Endpoint, mount and scratch layer of a container whose compute system is gone. Answers what is left; the record still
 * names it then. Never rejects, but when the engine closes.
 */
export function releaseGround(core: Core, cell: Cell): Promise<readonly Left[]> {
  const under = releasing.get(cell);
  if (under !== undefined) return under;
  const task = release(core, cell).finally(() => {
    releasing.delete(cell);
  });
  releasing.set(cell, task);
  return task;
}

async function release(core: Core, cell: Cell): Promise<readonly Left[]> {
  const { resources } = cell.record;
  if (resources === null || resources === undefined) return [];
  const done = made.get(cell);
  await done?.call.catch(() => undefined);
  const wait = undoing(core, cell.id);
  const { endpoint, scratch } = resources;
  const left: Left[] = [];
  if (endpoint !== undefined && done?.endpoint !== false)
    await attempt(left, `network endpoint ${endpoint.id ?? endpoint.name}`, () =>
      removeEndpoint(new Hns(core.deps.hcs, wait), endpoint),
    );
  if (scratch !== undefined)
    await attempt(left, `scratch layer ${scratch.folder}`, () =>
      removeScratch(worldOf(core, wait), scratch.folder, done?.mounted ?? scratch.mounted),
    );
  for (const { text } of left) core.deps.tracer.log('warn', 'not removed', { container: cell.id, what: text });
  return left;
}

/** null: removed. Else why not. */
export async function removeOrphan(core: Core, folder: string): Promise<string | null> {
  try {
    await removeScratch(worldOf(core, undoing(core)), folder.replace(/-removing$/, ''), true);
    return null;
  } catch (e) {
    return brief(e);
  }
}

async function attempt(left: Left[], what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    left.push({ text: `${what}: ${brief(error)}`, error });
  }
}

/** Its id may never have been heard: then it is found by its name. */
async function removeEndpoint(hns: Hns, { id, name }: { readonly id: string | null; readonly name: string }) {
  const known = id ?? (await hns.endpoints()).find((endpoint) => endpoint.Name === name)?.ID;
  if (known !== undefined) await hns.deleteEndpoint(known);
}

/** For a turn that follows {@link releaseGround}. */
export const afterRelease = (left: readonly Left[]): { readonly patch?: { readonly resources: null } } =>
  left.length === 0 ? { patch: { resources: null } } : {};
