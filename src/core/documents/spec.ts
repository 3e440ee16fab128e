/**
 * The OCI runtime spec as moby's Go types of the seed's day read and write it (specs-go at 29686db, v1.0.1-59).
 */
import { decodeAs } from './decode.js';
import {
  always,
  any,
  bool,
  int64,
  list,
  map,
  omit,
  pointer,
  string,
  struct,
  uint16,
  uint32,
  uint64,
  type TypeOf,
} from './goTypes.js';
import { Hooks, Linux, Solaris, Vm } from './specLinux.js';

const Capabilities = struct({
  bounding: omit(list(string)),
  effective: omit(list(string)),
  inheritable: omit(list(string)),
  permitted: omit(list(string)),
  ambient: omit(list(string)),
});

const User = struct({
  uid: always(uint32),
  gid: always(uint32),
  additionalGids: omit(list(uint32)),
  username: omit(string),
});

export const Process = struct({
  terminal: omit(bool),
  consoleSize: pointer(struct({ height: always(uint64), width: always(uint64) })),
  user: always(User),
  args: omit(list(string)),
  commandLine: omit(string),
  env: omit(list(string)),
  cwd: always(string),
  capabilities: pointer(Capabilities),
  rlimits: omit(list(struct({ type: always(string), hard: always(uint64), soft: always(uint64) }))),
  noNewPrivileges: omit(bool),
  apparmorProfile: omit(string),
  oomScoreAdj: pointer(int64),
  selinuxLabel: omit(string),
});
/** A process to run: `args` or `commandLine`, `cwd`, `env` (`NAME=value`), `user.username`, `terminal`, `consoleSize`. */
export type OciProcess = TypeOf<typeof Process>;

export const Mount = struct({
  destination: always(string),
  type: omit(string),
  source: omit(string),
  options: omit(list(string)),
});
export type OciMount = TypeOf<typeof Mount>;

const WindowsResources = struct({
  memory: pointer(struct({ limit: pointer(uint64) })),
  cpu: pointer(struct({ count: pointer(uint64), shares: pointer(uint16), maximum: pointer(uint16) })),
  storage: pointer(struct({ iops: pointer(uint64), bps: pointer(uint64), sandboxSize: pointer(uint64) })),
});
export type OciWindowsResources = TypeOf<typeof WindowsResources>;

const WindowsNetwork = struct({
  endpointList: omit(list(string)),
  allowUnqualifiedDNSQuery: omit(bool),
  DNSSearchList: omit(list(string)),
  networkSharedContainerName: omit(string),
  networkNamespace: omit(string),
});

const Windows = struct({
  layerFolders: always(list(string)),
  devices: omit(list(struct({ id: always(string), idType: always(string) }))),
  resources: pointer(WindowsResources),
  credentialSpec: pointer(any),
  servicing: omit(bool),
  ignoreFlushesDuringBoot: omit(bool),
  hyperv: pointer(struct({ utilityVMPath: omit(string) })),
  network: pointer(WindowsNetwork),
});
export type OciWindows = TypeOf<typeof Windows>;

export const Spec = struct({
  ociVersion: always(string),
  process: pointer(Process),
  root: pointer(struct({ path: always(string), readonly: omit(bool) })),
  hostname: omit(string),
  mounts: omit(list(Mount)),
  hooks: pointer(Hooks),
  annotations: omit(map(string)),
  linux: pointer(Linux),
  solaris: pointer(Solaris),
  windows: pointer(Windows),
  vm: pointer(Vm),
});
/**
 * A decoded OCI runtime spec. Every field may be absent (absent, null and Go's zero value mean the same, but for pointers such
 * as limits). 64 bit integers are numbers where exact, else bigints. `linux` present means a Linux container on Windows.
 */
export type OciSpec = TypeOf<typeof Spec>;

/**
 * An OCI runtime spec from unknown input, e.g. from `parseJson`; `path` names it in issues.
 * Throws RuntimeError invalidRequest with an issue for each wrong member.
 */
export const decodeSpec = (input: unknown, path = 'spec'): OciSpec => decodeAs(Spec, input, path);

/** An OCI process (exec) from unknown input, as {@link decodeSpec}. */
export const decodeProcess = (input: unknown, path = 'process'): OciProcess => decodeAs(Process, input, path);
