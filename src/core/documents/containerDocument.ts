/**
 * The container document for HcsCreateComputeSystem, out of an OCI spec (hcs-facts 3.1, 10.2; docs/documents.md).
 */
import { goJson, omitEmpty, type GoJson } from '../json/goJson.js';
import { shorten } from './decode.js';
import { layer, layerFolders, layerWarnings } from './layers.js';
import { lcowDocument } from './lcowDocument.js';
import { windowsMounts } from './mounts.js';
import { networkMembers } from './network.js';
import { refusal, refuse, type Refusal } from './refusal.js';
import { resources } from './resources.js';
import type { OciSpec, OciWindows } from './spec.js';
import type { ContainerDocument, ContainerInput } from './target.js';
import { findUtilityVm } from './utilityVm.js';

/** First build that can assign devices (hcs-facts 9). */
const BUILD_WITH_DEVICES = 17763;

/**
 * The document for `spec`: with `spec.linux` a Linux container, else a Windows one, with Hyper-V isolation when
 * `spec.windows.hyperv` is present. Nothing is created or changed; only Hyper-V isolation asks `host.exists`.
 * Throws RuntimeError invalidRequest that names everything that is wrong with the spec.
 */
export async function containerDocument(input: ContainerInput): Promise<ContainerDocument> {
  return input.spec.linux === undefined ? windowsDocument(input) : lcowDocument(input);
}

async function windowsDocument({ id, owner, spec, host }: ContainerInput): Promise<ContainerDocument> {
  const { windows } = spec;
  if (windows === undefined)
    throw refusal([
      {
        path: 'spec.windows',
        expected: 'object',
        got: 'nothing',
        hint: 'HCS needs the Windows part of the OCI spec; its layerFolders name the image layers.',
      },
    ]);
  const hyperv = windows.hyperv !== undefined;

  const layers = layerFolders(windows.layerFolders, 2);
  const limits = resources(windows.resources, host.cpus);
  const network = networkMembers(windows.network);
  const mounts = windowsMounts(spec.mounts, host.build);
  refuse([
    ...layers.refusals,
    ...(hyperv ? hypervRefusals(spec, windows) : rootRefusals(spec)),
    ...readonlyRefusals(spec),
    ...limits.refusals,
    ...mounts.refusals,
    ...deviceRefusals(windows, hyperv, host.build),
  ]);
  const utilityVm = hyperv ? await findUtilityVm(layers.parents, host.exists) : undefined;

  const document: GoJson = {
    SystemType: 'Container',
    Name: id,
    Owner: omitEmpty(owner),
    // HCS wants the volume without the trailing backslash that the spec has.
    VolumePath: hyperv ? undefined : spec.root?.path?.slice(0, -1),
    IgnoreFlushesDuringBoot: omitEmpty(windows.ignoreFlushesDuringBoot),
    LayerFolderPath: omitEmpty(layers.scratch),
    Layers: layers.parents.map((folder) => layer(folder, folder)),
    Credentials: typeof windows.credentialSpec === 'string' ? omitEmpty(windows.credentialSpec) : undefined,
    ProcessorCount: limits.processorCount,
    ProcessorWeight: limits.processorWeight,
    ProcessorMaximum: limits.processorMaximum,
    StorageIOPSMaximum: omitEmpty(windows.resources?.storage?.iops),
    StorageBandwidthMaximum: omitEmpty(windows.resources?.storage?.bps),
    MemoryMaximumInMB: limits.memoryMaximumInMB,
    HostName: omitEmpty(spec.hostname),
    MappedDirectories: omitEmpty(mounts.directories),
    MappedPipes: omitEmpty(mounts.pipes),
    HvPartition: hyperv,
    NetworkSharedContainerName: network.sharedContainerName,
    EndpointList: network.endpointList,
    HvRuntime: utilityVm === undefined ? undefined : { ImagePath: utilityVm },
    AllowUnqualifiedDNSQuery: network.allowUnqualifiedDNSQuery,
    DNSSearchList: network.dnsSearchList,
    AssignedDevices: omitEmpty((windows.devices ?? []).map((device) => ({ InterfaceClassGuid: omitEmpty(device.id) }))),
  };
  return {
    document: goJson(document),
    isolation: hyperv ? 'hyperv' : 'process',
    lcow: false,
    spec,
    warnings: [
      ...layerWarnings(layers.parents),
      ...limits.warnings,
      ...network.warnings,
      ...mounts.warnings,
      ...notPassedOn(windows),
    ],
  };
}

const VOLUME_PATH = /^\\\\\?\\Volume\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}\\$/i;

/** Process isolation runs on a mounted volume; its path must have the trailing backslash (B1, B2, B3; F.4 a). */
function rootRefusals({ root }: OciSpec): Refusal[] {
  const path = root?.path ?? '';
  if (VOLUME_PATH.test(path) && path.startsWith('\\\\?\\Volume')) return [];
  return [
    {
      path: 'spec.root.path',
      expected: 'a volume path such as \\\\?\\Volume{GUID}\\',
      got: path === '' ? 'nothing' : `string ${JSON.stringify(shorten(path))}`,
      hint: 'Mount the scratch layer and take the path that "hcs layer mount-path" gives, with its trailing backslash.',
    },
  ];
}

/** Hyper-V mounts the root itself, and finds the utility VM among the layers. */
function hypervRefusals({ root }: OciSpec, { hyperv }: OciWindows): Refusal[] {
  const refusals: Refusal[] = [];
  const utilityVm = hyperv?.utilityVMPath ?? '';
  if (utilityVm !== '')
    refusals.push({
      path: 'spec.windows.hyperv.utilityVMPath',
      expected: 'nothing',
      got: `string ${JSON.stringify(shorten(utilityVm))}`,
      hint: 'HCS schema 1 takes the UtilityVM folder of the nearest layer that has one: leave the path out.',
    });
  if ((root?.path ?? '') !== '')
    refusals.push({
      path: 'spec.root.path',
      expected: 'nothing',
      got: `string ${JSON.stringify(shorten(root?.path ?? ''))}`,
      hint: 'With Hyper-V isolation HCS mounts the root inside the virtual machine: leave root.path out.',
    });
  return refusals;
}

const readonlyRefusals = ({ root }: OciSpec): Refusal[] =>
  root?.readonly === true
    ? [{ path: 'spec.root.readonly', expected: 'false', got: 'true', hint: 'Windows has no read-only root.' }]
    : [];

/** HCS takes device interface class GUIDs only; the two kinds of identifier that are one are those of moby 31e1fec950. */
function deviceRefusals({ devices = [] }: OciWindows, hyperv: boolean, build: number): Refusal[] {
  if (devices.length === 0) return [];
  const path = 'spec.windows.devices';
  const got = `${devices.length} device${devices.length === 1 ? '' : 's'}`;
  const refusals: Refusal[] = [];
  if (hyperv) refusals.push({ path, expected: 'none with Hyper-V isolation', got });
  if (build < BUILD_WITH_DEVICES)
    refusals.push({
      path,
      expected: `none on Windows build ${build}`,
      got,
      hint: `Device assignment needs Windows build ${BUILD_WITH_DEVICES} (version 1809) or later.`,
    });
  devices.forEach(({ idType = '' }, i) => {
    if (idType !== 'class' && idType !== 'vpci-class-guid')
      refusals.push({
        path: `${path}[${i}].idType`,
        expected: 'class or vpci-class-guid',
        got: idType === '' ? 'nothing' : `string ${JSON.stringify(shorten(idType))}`,
      });
  });
  return refusals;
}

function notPassedOn({ credentialSpec, servicing, resources: given }: OciWindows): string[] {
  const warnings: string[] = [];
  if (credentialSpec !== undefined && typeof credentialSpec !== 'string')
    warnings.push('spec.windows.credentialSpec is not passed on: HCS takes it as a string that holds the JSON text');
  if (servicing === true) warnings.push('spec.windows.servicing is not passed on');
  if (BigInt(given?.storage?.sandboxSize ?? 0) !== 0n)
    warnings.push('spec.windows.resources.storage.sandboxSize counts when the scratch layer is made, not here');
  return warnings;
}
