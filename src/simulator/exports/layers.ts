import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nameToGuid } from '../../core/documents/nameToGuid.js';
import type { Answer, CallContext, Handler } from '../call.js';
import { HcsFailure } from '../failure.js';
import { nativeGuid } from '../guid.js';
import { hostPath } from '../host/paths.js';
import { FILE_NOT_FOUND, INVALID_PARAMETER } from '../hresult.js';

/** Arguments 0 and 1 are DriverInfo (flavour, home folder), 2 the layer's id. */
const layerOf = (call: CallContext, id = 2): string => {
  call.integer(0);
  return call.service.layers.folder(call.text(1) ?? '', call.string(id));
};

/** A descriptor array from argument `at`: a count, then for each 16 bytes, flags, path. */
function parentsOf(call: CallContext, at: number): readonly string[] {
  const count = at < call.count ? call.integer(at) : 0;
  if (at + 1 + count * 3 > call.count) throw new HcsFailure(INVALID_PARAMETER, 'the array of parents is cut short');
  return Array.from({ length: count }, (_, i) => hostPath(call.string(at + 3 + i * 3), call.service.drives));
}

const done = (): Answer => ({});

export const NameToGuid: Handler = (call) => ({ values: [nativeGuid(nameToGuid(call.string(0)))] });

export const ActivateLayer: Handler = (call) => {
  call.service.layers.activate(layerOf(call));
  return {};
};

export const DeactivateLayer: Handler = (call) => {
  call.service.layers.deactivate(layerOf(call));
  return {};
};

export const PrepareLayer: Handler = (call) => {
  call.service.layers.prepare(layerOf(call), parentsOf(call, 3));
  return {};
};

export const UnprepareLayer: Handler = (call) => {
  call.service.layers.unprepare(layerOf(call));
  return {};
};

export const GetLayerMountPath: Handler = (call) => ({ values: [call.service.layers.mountPath(layerOf(call))] });

export const CreateLayer: Handler = (call) => {
  const parent = call.text(3) ?? '';
  call.service.layers.create(
    layerOf(call),
    parent === '' ? [] : [call.service.layers.folder(call.text(1) ?? '', parent)],
  );
  return {};
};

/** Argument 3, the old parent pointer, is always null. */
export const CreateSandboxLayer: Handler = (call) => {
  call.service.layers.createSandbox(layerOf(call), parentsOf(call, 4));
  return {};
};

export const ExpandSandboxSize: Handler = (call) => {
  call.service.layers.expand(layerOf(call), call.unsigned(3));
  return {};
};

export const CopyLayer: Handler = (call) => call.service.layers.copy(layerOf(call), layerOf(call, 3)).then(done);

export const DestroyLayer: Handler = (call) => {
  const folder = layerOf(call);
  const { service } = call;
  const inUse = service.systems.some((system) =>
    [system.config.LayerFolderPath, ...(system.config.Layers ?? []).map((layer) => layer.Path)].some(
      (path) => path !== undefined && resolve(hostPath(path, service.drives)) === resolve(folder),
    ),
  );
  service.layers.destroy(folder, inUse);
  return {};
};

export const ImportLayer: Handler = (call) =>
  call.service.layers
    .import(layerOf(call), hostPath(call.string(3), call.service.drives), parentsOf(call, 4))
    .then(done);

export const ExportLayer: Handler = (call) =>
  call.service.layers
    .export(layerOf(call), hostPath(call.string(3), call.service.drives), parentsOf(call, 4))
    .then(done);

export const LayerExists: Handler = (call) => ({ values: [call.service.layers.exists(layerOf(call)) ? 1 : 0] });

/** Nobody has installed base images for the simulator. */
export const GetBaseImages: Handler = () => ({ values: [JSON.stringify({ Images: [] })] });

function mustBeThere(call: CallContext, i: number): Answer {
  const path = call.string(i);
  if (!existsSync(hostPath(path, call.service.drives))) throw new HcsFailure(FILE_NOT_FOUND, `${path} does not exist`);
  return {};
}

/** Nothing has to be made of a base image here; the folder must exist. */
export const ProcessBaseImage: Handler = (call) => mustBeThere(call, 0);
export const ProcessUtilityImage: Handler = (call) => mustBeThere(call, 0);

/** Files of the simulator have no access lists; the file must exist. */
export const GrantVmAccess: Handler = (call) => {
  call.string(0);
  return mustBeThere(call, 1);
};
