/**
 * Mounts of the OCI spec as mapped folders and pipes of the HCS container document.
 */
import { omitEmpty, type GoJson } from '../json/goJson.js';
import { shorten } from './decode.js';
import type { Refusal } from './refusal.js';
import type { OciMount } from './spec.js';
import { posixJoin } from './windowsPath.js';

/** First builds that know a mapping (hcs-facts 9). */
const BUILD_WITH_PIPES = 16299;
const BUILD_WITH_LINUX_METADATA = 17134;

const PIPE_PREFIX = '\\\\.\\pipe\\';

interface MappedDirectory {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly createInUtilityVM: boolean;
  readonly linuxMetadata: boolean;
}

/** Members in the order of hcs-facts 3.2; HCS v1 knows limits per folder that OCI cannot express, so they are 0. */
const mappedDirectory = (folder: MappedDirectory): GoJson => ({
  HostPath: folder.hostPath,
  ContainerPath: folder.containerPath,
  ReadOnly: folder.readOnly,
  BandwidthMaximum: 0,
  IOPSMaximum: 0,
  CreateInUtilityVM: folder.createInUtilityVM,
  LinuxMetadata: omitEmpty(folder.linuxMetadata),
});

export interface WindowsMounts {
  readonly directories: readonly GoJson[];
  readonly pipes: readonly GoJson[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

/**
 * Mounts of a Windows container. A destination below `\\.\pipe\`, in any case (B25), is a named pipe, whose options do not count;
 * everything else is a folder. Options: `ro` and `rw` in any case, `ro` wins; others are refused (B6). A mount type is refused.
 */
export function windowsMounts(mounts: readonly OciMount[] | undefined, build: number): WindowsMounts {
  const directories: GoJson[] = [];
  const pipes: GoJson[] = [];
  const refusals: Refusal[] = [];
  const warnings: string[] = [];
  (mounts ?? []).forEach((mount, i) => {
    const path = `spec.mounts[${i}]`;
    const { destination = '', source = '', options = [], type = '' } = mount;
    if (type !== '') refusals.push(typeRefusal(path, type));
    if (destination.toLowerCase().startsWith(PIPE_PREFIX)) {
      if (build < BUILD_WITH_PIPES) refusals.push(pipeRefusal(path, build));
      pipes.push({ HostPath: source, ContainerPipeName: destination.slice(PIPE_PREFIX.length) });
      return;
    }
    const known = options.map((option) => option.toLowerCase());
    refusals.push(
      ...unknownOptions(path, options, (option) => ['ro', 'rw'].includes(option.toLowerCase()), 'ro or rw'),
    );
    if (known.includes('ro') && known.includes('rw')) warnings.push(`${path}.options has ro and rw: mounted read-only`);
    directories.push(
      mappedDirectory({
        hostPath: source,
        containerPath: destination,
        readOnly: known.includes('ro'),
        createInUtilityVM: false,
        linuxMetadata: false,
      }),
    );
  });
  return { directories, pipes, refusals, warnings };
}

const typeRefusal = (path: string, type: string): Refusal => ({
  path: `${path}.type`,
  expected: 'no type',
  got: `string ${JSON.stringify(shorten(type))}`,
  hint: 'Windows containers have folder and pipe mounts only, told apart by their destination: leave type out.',
});

const pipeRefusal = (path: string, build: number): Refusal => ({
  path: `${path}.destination`,
  expected: `no named pipe on Windows build ${build}`,
  got: 'a named pipe',
  hint: `Named pipe mounts need Windows build ${BUILD_WITH_PIPES} (version 1709) or later.`,
});

function unknownOptions(
  path: string,
  options: readonly string[],
  isKnown: (option: string) => boolean,
  expected: string,
): Refusal[] {
  return options.flatMap((option, i) =>
    isKnown(option)
      ? []
      : [{ path: `${path}.options[${i}]`, expected, got: `string ${JSON.stringify(shorten(option))}` }],
  );
}

export interface LinuxMounts {
  readonly directories: readonly GoJson[];
  /** The mounts as the guest must see them: binds come from inside the utility VM, without the `uvmpath` option (B4). */
  readonly guest: readonly OciMount[];
  readonly refusals: readonly Refusal[];
}

const LINUX_OPTIONS = ['uvmpath', 'rw', 'ro', 'rbind'];
const nameOf = (option: string): string => option.split('=', 1)[0] ?? '';

/**
 * Mounts of a Linux container. Only those of type `bind` concern HCS: the host folder appears in the utility VM under the option
 * `uvmpath=<folder>` joined with the destination. Options are known by the text before `=`, case counts; `ro` anywhere makes
 * the folder read-only; any other option, and a missing or empty uvmpath (B5), are refused. Other mounts go to the guest unchanged.
 */
export function linuxMounts(mounts: readonly OciMount[] | undefined, build: number): LinuxMounts {
  const directories: GoJson[] = [];
  const refusals: Refusal[] = [];
  const guest = (mounts ?? []).map((mount, i): OciMount => {
    if (mount.type !== 'bind') return mount;
    const path = `spec.mounts[${i}]`;
    const { destination = '', source = '', options = [] } = mount;
    const names = options.map(nameOf);
    refusals.push(
      ...unknownOptions(
        path,
        options,
        (option) => LINUX_OPTIONS.includes(nameOf(option)),
        'rbind, ro, rw or uvmpath=<folder>',
      ),
    );
    const uvmPaths = options
      .filter((option) => nameOf(option) === 'uvmpath')
      .map((option) => option.slice('uvmpath='.length));
    const uvmPath = uvmPaths.at(-1) ?? '';
    if (uvmPath === '' || options.includes('uvmpath')) refusals.push(uvmPathRefusal(path, uvmPaths.length > 0));
    const containerPath = posixJoin(uvmPath, destination);
    directories.push(
      mappedDirectory({
        hostPath: source,
        containerPath,
        readOnly: names.includes('ro'),
        createInUtilityVM: true,
        linuxMetadata: build >= BUILD_WITH_LINUX_METADATA,
      }),
    );
    return { ...mount, source: containerPath, options: options.filter((option) => nameOf(option) !== 'uvmpath') };
  });
  return { directories, guest, refusals };
}

const uvmPathRefusal = (path: string, empty: boolean): Refusal => ({
  path: `${path}.options`,
  expected: 'uvmpath=<folder in the utility VM>',
  got: empty ? 'uvmpath without a folder' : 'no uvmpath',
  hint: 'A bind mount of a Linux container needs the option uvmpath=/tmp/gcs/<container id>/binds.',
});
