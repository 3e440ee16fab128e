/**
 * The container document of a Linux container on Windows (hcs-facts 3.1; seed createLinux).
 */
import { goJson, omitEmpty, type GoJson } from '../json/goJson.js';
import { decodeAs } from './decode.js';
import { omit, pointer, string, struct } from './goTypes.js';
import { layer, layerFolders, layerWarnings } from './layers.js';
import { linuxMounts } from './mounts.js';
import { networkMembers } from './network.js';
import { refusal, refuse } from './refusal.js';
import { resources } from './resources.js';
import type { OciWindows } from './spec.js';
import type { ContainerDocument, ContainerInput } from './target.js';
import { windowsJoin } from './windowsPath.js';

const RuntimeOptions = struct({
  lcow: pointer(
    struct({
      KirdPath: omit(string),
      KernelFile: omit(string),
      InitrdFile: omit(string),
      BootParameters: omit(string),
    }),
  ),
});

const LCOW_HINT =
  'Pass runtime options {"lcow":{"KirdPath":"...","KernelFile":"...","InitrdFile":"...","BootParameters":"..."}}.';

/**
 * The document for a spec with `linux`. Host name, credential spec, devices, storage limits and the flush setting have no place
 * in it; the guest reads what it needs from the spec that init's document carries. Throws RuntimeError invalidRequest.
 */
export function lcowDocument({ id, owner, spec, host, runtimeOptions }: ContainerInput): ContainerDocument {
  const { lcow } = decodeAs(RuntimeOptions, runtimeOptions ?? {}, 'runtimeOptions');
  const { windows } = spec;
  if (lcow === undefined || windows === undefined)
    throw refusal([
      ...(lcow === undefined
        ? [{ path: 'runtimeOptions.lcow', expected: 'object', got: 'nothing', hint: LCOW_HINT }]
        : []),
      ...(windows === undefined ? [{ path: 'spec.windows', expected: 'object', got: 'nothing' }] : []),
    ]);

  const layers = layerFolders(windows.layerFolders, 1);
  const limits = resources(windows.resources, host.cpus);
  const network = networkMembers(windows.network);
  const mounts = linuxMounts(spec.mounts, host.build);
  refuse([...layers.refusals, ...limits.refusals, ...mounts.refusals]);

  const document: GoJson = {
    SystemType: 'container',
    Name: id,
    Owner: omitEmpty(owner),
    LayerFolderPath: omitEmpty(layers.scratch),
    // A nil slice in the seed: with no parents this is null, never [].
    Layers:
      layers.parents.length === 0
        ? null
        : layers.parents.map((folder) => layer(folder, windowsJoin(folder, 'layer.vhd'))),
    ProcessorCount: limits.processorCount,
    ProcessorWeight: limits.processorWeight,
    ProcessorMaximum: limits.processorMaximum,
    MemoryMaximumInMB: limits.memoryMaximumInMB,
    MappedDirectories: omitEmpty(mounts.directories),
    HvPartition: true,
    NetworkSharedContainerName: network.sharedContainerName,
    EndpointList: network.endpointList,
    HvRuntime: {
      ImagePath: omitEmpty(lcow.KirdPath),
      LinuxInitrdFile: omitEmpty(lcow.InitrdFile),
      LinuxKernelFile: omitEmpty(lcow.KernelFile),
      LinuxBootParameters: omitEmpty(lcow.BootParameters),
    },
    AllowUnqualifiedDNSQuery: network.allowUnqualifiedDNSQuery,
    DNSSearchList: network.dnsSearchList,
    ContainerType: 'linux',
    TerminateOnLastHandleClosed: true,
  };
  return {
    document: goJson(document),
    isolation: 'hyperv',
    lcow: true,
    spec: { ...spec, mounts: mounts.guest },
    warnings: [...limits.warnings, ...network.warnings, ...layerWarnings(layers.parents), ...notPassedOn(windows)],
  };
}

function notPassedOn({ credentialSpec, devices = [], resources: given }: OciWindows): string[] {
  const storage = given?.storage;
  const limited = [storage?.bps, storage?.iops, storage?.sandboxSize].some((value) => BigInt(value ?? 0) !== 0n);
  return [
    ...(limited ? ['spec.windows.resources.storage is not passed on for a Linux container'] : []),
    ...(devices.length > 0 ? ['spec.windows.devices is not passed on for a Linux container'] : []),
    ...(credentialSpec === undefined ? [] : ['spec.windows.credentialSpec is not passed on for a Linux container']),
  ];
}
