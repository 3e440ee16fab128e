import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLinux, type ContainerConfig } from '../documents/containerConfig.js';
import { HcsFailure } from '../failure.js';
import { INVALID_JSON, INVALID_PARAMETER, PATH_NOT_FOUND } from '../hresult.js';
import { hostPath, isFolder } from './paths.js';

const VOLUME = /^\\\\\?\\Volume\{[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}$/i;
const GUID = /^\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i;

/**
 * What HCS looks at beyond the document's shape, before it accepts HcsCreateComputeSystem. `drives`: see hostPath. `build`: Windows
 * build that we pretend to be. Throws HcsFailure.
 */
export function admit(config: ContainerConfig, drives: string, build: number): void {
  if (config.SystemType.toLowerCase() !== 'container') refuse('SystemType: only Container is known');
  checkBuild(config, build);
  checkRanges(config);
  const layers = config.Layers ?? [];
  if (layers.length === 0) refuse('Layers: at least one is needed');
  for (const [i, layer] of layers.entries()) if (!GUID.test(layer.ID)) refuse(`Layers[${i}].ID: expected a GUID`);
  if (!config.HvPartition) {
    if (config.VolumePath === undefined) refuse('VolumePath: needed for process isolation');
    if (!VOLUME.test(config.VolumePath))
      refuse('VolumePath: expected \\\\?\\Volume{GUID} without a backslash behind it');
  } else if (config.HvRuntime?.ImagePath === undefined) refuse('HvRuntime.ImagePath: needed for Hyper-V isolation');
  else mustExist(config.HvRuntime.ImagePath, drives, 'HvRuntime.ImagePath');

  // A layer of a Linux container is a disk file, not a folder.
  for (const layer of layers) mustExist(layer.Path, drives, 'layer', isLinux(config));
  if (config.LayerFolderPath !== undefined) mustExist(config.LayerFolderPath, drives, 'LayerFolderPath');
  if (!isLinux(config)) checkOrder(config, drives);
  for (const directory of config.MappedDirectories ?? []) {
    if (!existsSync(hostPath(directory.HostPath, drives)))
      throw new HcsFailure(PATH_NOT_FOUND, `the mapped directory ${directory.HostPath} does not exist`);
  }
}

function refuse(why: string): never {
  throw new HcsFailure(INVALID_JSON, `ContainerConfig.${why}`);
}

function mustExist(path: string, drives: string, what: string, orFile = false): void {
  const host = hostPath(path, drives);
  if (!(orFile ? existsSync(host) : isFolder(host)))
    throw new HcsFailure(PATH_NOT_FOUND, `${what} ${path} does not exist`);
}

/** Fields that a build did not have yet are unknown fields to it (hcs-facts 3.1, 9). */
function checkBuild(config: ContainerConfig, build: number): void {
  if (build < 16299 && config.MappedPipes !== undefined) refuse('MappedPipes: no such field');
  if (build < 17134 && config.MappedDirectories?.some((d) => d.LinuxMetadata !== undefined) === true)
    refuse('MappedDirectories.LinuxMetadata: no such field');
  if (build < 17763 && config.AssignedDevices !== undefined) refuse('AssignedDevices: no such field');
}

function checkRanges(config: ContainerConfig): void {
  const out = (field: string, value: number | undefined, least: number, most: number): void => {
    if (value !== undefined && (value < least || value > most))
      throw new HcsFailure(INVALID_PARAMETER, `ContainerConfig.${field}: expected ${least} to ${most}`);
  };
  out('ProcessorWeight', config.ProcessorWeight, 0, 10_000);
  out('ProcessorMaximum', config.ProcessorMaximum, 0, 10_000);
  out('MemoryMaximumInMB', config.MemoryMaximumInMB, 0, Number.MAX_SAFE_INTEGER);
}

/** `layerchain.json` of the scratch and of every parent lists what must follow, nearest first (hcs-facts 7.1, hcsshim#278). */
function checkOrder(config: ContainerConfig, drives: string): void {
  const layers = (config.Layers ?? []).map((layer) => hostPath(layer.Path, drives));
  if (config.LayerFolderPath !== undefined) mustMatch(hostPath(config.LayerFolderPath, drives), layers, drives);
  layers.forEach((layer, i) => {
    mustMatch(layer, layers.slice(i + 1), drives);
  });
}

function mustMatch(layer: string, parents: readonly string[], drives: string): void {
  const chain = readChain(layer);
  if (chain === null) return;
  const same =
    chain.length === parents.length && chain.every((path, i) => equal(hostPath(path, drives), parents[i] ?? ''));
  if (!same)
    throw new HcsFailure(PATH_NOT_FOUND, `the parents of ${layer} are not those of its layerchain.json, in its order`);
}

function equal(a: string, b: string): boolean {
  const [x, y] = [resolve(a), resolve(b)];
  return process.platform === 'win32' ? x.toLowerCase() === y.toLowerCase() : x === y;
}

/** Parents of a layer folder, nearest first; null when the folder does not say. `null` and `[]` in the file: none. */
export function readChain(layer: string): readonly string[] | null {
  let text: string;
  try {
    text = readFileSync(join(layer, 'layerchain.json'), 'utf8');
  } catch {
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return [];
    if (Array.isArray(value) && value.every((path) => typeof path === 'string')) return value;
  } catch {
    // Falls through: a chain that cannot be read is a layer that cannot be used.
  }
  throw new HcsFailure(PATH_NOT_FOUND, `${layer}/layerchain.json cannot be read`);
}
