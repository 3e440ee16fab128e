import * as t from 'io-ts';
import { closed, i64, u32, u64 } from './strict.js';

const Layer = closed('Layer', { ID: t.string, Path: t.string }, {});

const MappedDirectory = closed(
  'MappedDirectory',
  { HostPath: t.string, ContainerPath: t.string },
  {
    ReadOnly: t.boolean,
    BandwidthMaximum: u64,
    IOPSMaximum: u64,
    CreateInUtilityVM: t.boolean,
    LinuxMetadata: t.boolean,
  },
);

const MappedPipe = closed('MappedPipe', { HostPath: t.string, ContainerPipeName: t.string }, {});

const HvRuntime = closed(
  'HvRuntime',
  {},
  {
    ImagePath: t.string,
    SkipTemplate: t.boolean,
    LinuxInitrdFile: t.string,
    LinuxKernelFile: t.string,
    LinuxBootParameters: t.string,
    BootSource: t.string,
    WritableBootSource: t.boolean,
  },
);

const MappedVirtualDisk = closed(
  'MappedVirtualDisk',
  { ContainerPath: t.string },
  {
    HostPath: t.string,
    CreateInUtilityVM: t.boolean,
    ReadOnly: t.boolean,
    Cache: t.keyof({ '': null, Disabled: null, Enabled: null, Private: null, PrivateAllowSharing: null }),
    AttachOnly: t.boolean,
  },
);

const AssignedDevice = closed('AssignedDevice', {}, { InterfaceClassGuid: t.string });

/** Schema 1 document of HcsCreateComputeSystem (hcs-facts 3.1, 3.2): these fields, these types, nothing else. */
export const ContainerConfig = closed(
  'ContainerConfig',
  { SystemType: t.string, Name: t.string, Layers: t.union([t.array(Layer), t.null]), HvPartition: t.boolean },
  {
    Owner: t.string,
    VolumePath: t.string,
    IgnoreFlushesDuringBoot: t.boolean,
    LayerFolderPath: t.string,
    Credentials: t.string,
    ProcessorCount: u32,
    ProcessorWeight: u64,
    ProcessorMaximum: i64,
    StorageIOPSMaximum: u64,
    StorageBandwidthMaximum: u64,
    StorageSandboxSize: u64,
    MemoryMaximumInMB: i64,
    HostName: t.string,
    MappedDirectories: t.array(MappedDirectory),
    MappedPipes: t.array(MappedPipe),
    NetworkSharedContainerName: t.string,
    EndpointList: t.array(t.string),
    HvRuntime,
    Servicing: t.boolean,
    AllowUnqualifiedDNSQuery: t.boolean,
    DNSSearchList: t.string,
    ContainerType: t.string,
    TerminateOnLastHandleClosed: t.boolean,
    MappedVirtualDisks: t.array(MappedVirtualDisk),
    AssignedDevices: t.array(AssignedDevice),
  },
);
export type ContainerConfig = t.TypeOf<typeof ContainerConfig>;

export const isLinux = (config: ContainerConfig): boolean => config.ContainerType?.toLowerCase() === 'linux';
