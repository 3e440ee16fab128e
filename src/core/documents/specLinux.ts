/**
 * The parts of the OCI runtime spec that a Linux container on Windows passes on to its guest unread. Field order, names and
 * omission are those of opencontainers/runtime-spec specs-go/config.go at 29686db (v1.0.1-59), which moby vendored when the seed
 * was written; the guest gets the document that the seed would have sent.
 */
import { always, bool, int64, list, map, omit, pointer, string, struct, uint16, uint32, uint64 } from './goTypes.js';

const IdMapping = struct({ containerID: always(uint32), hostID: always(uint32), size: always(uint32) });
const Namespace = struct({ type: always(string), path: omit(string) });

const Device = struct({
  path: always(string),
  type: always(string),
  major: always(int64),
  minor: always(int64),
  fileMode: pointer(uint32),
  uid: pointer(uint32),
  gid: pointer(uint32),
});

const DeviceCgroup = struct({
  allow: always(bool),
  type: omit(string),
  major: pointer(int64),
  minor: pointer(int64),
  access: omit(string),
});

const Memory = struct({
  limit: pointer(int64),
  reservation: pointer(int64),
  swap: pointer(int64),
  kernel: pointer(int64),
  kernelTCP: pointer(int64),
  swappiness: pointer(uint64),
  disableOOMKiller: pointer(bool),
});

const Cpu = struct({
  shares: pointer(uint64),
  quota: pointer(int64),
  period: pointer(uint64),
  realtimeRuntime: pointer(int64),
  realtimePeriod: pointer(uint64),
  cpus: omit(string),
  mems: omit(string),
});

const WeightDevice = struct({
  major: always(int64),
  minor: always(int64),
  weight: pointer(uint16),
  leafWeight: pointer(uint16),
});
const ThrottleDevice = struct({
  major: always(int64),
  minor: always(int64),
  rate: always(uint64),
});
const BlockIO = struct({
  weight: pointer(uint16),
  leafWeight: pointer(uint16),
  weightDevice: omit(list(WeightDevice)),
  throttleReadBpsDevice: omit(list(ThrottleDevice)),
  throttleWriteBpsDevice: omit(list(ThrottleDevice)),
  throttleReadIOPSDevice: omit(list(ThrottleDevice)),
  throttleWriteIOPSDevice: omit(list(ThrottleDevice)),
});

const Resources = struct({
  devices: omit(list(DeviceCgroup)),
  memory: pointer(Memory),
  cpu: pointer(Cpu),
  pids: pointer(struct({ limit: always(int64) })),
  blockIO: pointer(BlockIO),
  hugepageLimits: omit(list(struct({ pageSize: always(string), limit: always(uint64) }))),
  network: pointer(
    struct({
      classID: pointer(uint32),
      priorities: omit(list(struct({ name: always(string), priority: always(uint32) }))),
    }),
  ),
  rdma: omit(map(struct({ hcaHandles: pointer(uint32), hcaObjects: pointer(uint32) }))),
});

const SeccompArgument = struct({
  index: always(uint64),
  value: always(uint64),
  valueTwo: omit(uint64),
  op: always(string),
});
const Seccomp = struct({
  defaultAction: always(string),
  architectures: omit(list(string)),
  syscalls: omit(
    list(
      struct({
        names: always(list(string)),
        action: always(string),
        args: omit(list(SeccompArgument)),
      }),
    ),
  ),
});

export const Linux = struct({
  uidMappings: omit(list(IdMapping)),
  gidMappings: omit(list(IdMapping)),
  sysctl: omit(map(string)),
  resources: pointer(Resources),
  cgroupsPath: omit(string),
  namespaces: omit(list(Namespace)),
  devices: omit(list(Device)),
  seccomp: pointer(Seccomp),
  rootfsPropagation: omit(string),
  maskedPaths: omit(list(string)),
  readonlyPaths: omit(list(string)),
  mountLabel: omit(string),
  intelRdt: pointer(struct({ closID: omit(string), l3CacheSchema: omit(string), memBwSchema: omit(string) })),
});

const Hook = struct({
  path: always(string),
  args: omit(list(string)),
  env: omit(list(string)),
  timeout: pointer(int64),
});
export const Hooks = struct({
  prestart: omit(list(Hook)),
  poststart: omit(list(Hook)),
  poststop: omit(list(Hook)),
});

export const Solaris = struct({
  milestone: omit(string),
  limitpriv: omit(string),
  maxShmMemory: omit(string),
  anet: omit(
    list(
      struct({
        linkname: omit(string),
        lowerLink: omit(string),
        allowedAddress: omit(string),
        configureAllowedAddress: omit(string),
        defrouter: omit(string),
        linkProtection: omit(string),
        macAddress: omit(string),
      }),
    ),
  ),
  cappedCPU: pointer(struct({ ncpus: omit(string) })),
  cappedMemory: pointer(struct({ physical: omit(string), swap: omit(string) })),
});

/** `hypervisor` and `image` are struct values in Go, which `omitempty` never drops. */
export const Vm = struct({
  hypervisor: always(struct({ path: always(string), parameters: omit(list(string)) })),
  kernel: always(struct({ path: always(string), parameters: omit(list(string)), initrd: omit(string) })),
  image: always(struct({ path: always(string), format: always(string) })),
});
