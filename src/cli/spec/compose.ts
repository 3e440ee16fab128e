/** Puts options over a spec: what the command line says wins. */
import { availableParallelism } from 'node:os';
import type { OciMount, OciProcess, OciSpec } from '../../core/documents/spec.js';
import { mergeEnvironment } from '../parse/environment.js';
import type { OptionValues } from '../args/option.js';
import type { containerOptions } from './options.js';

type Values = OptionValues<typeof containerOptions>;

/** What the terminal looks like, when the program gets one. */
export interface ConsoleSize {
  readonly width: number;
  readonly height: number;
}

const DEFAULT_CWD = 'C:\\';

export interface ProcessChanges {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly workdir: string | undefined;
  readonly user: string | undefined;
  readonly tty: boolean;
  readonly consoleSize: ConsoleSize | undefined;
}

/** `base` with the changes; a command replaces the base's whole command line. */
export function composeProcess(base: OciProcess | undefined, changes: ProcessChanges): OciProcess {
  const { commandLine, args, ...rest } = base ?? {};
  const command =
    changes.args.length > 0
      ? { args: changes.args }
      : { ...(args === undefined ? {} : { args }), ...(commandLine === undefined ? {} : { commandLine }) };
  const env = changes.env.length > 0 ? mergeEnvironment(base?.env ?? [], changes.env) : base?.env;
  const size = changes.tty ? (changes.consoleSize ?? base?.consoleSize) : base?.consoleSize;
  return {
    ...rest,
    ...command,
    ...(env === undefined ? {} : { env }),
    ...(changes.workdir === undefined ? {} : { cwd: changes.workdir }),
    ...(changes.user === undefined ? {} : { user: { ...base?.user, username: changes.user } }),
    ...(changes.tty ? { terminal: true } : {}),
    ...(size === undefined ? {} : { consoleSize: size }),
  };
}

/** Shares of all processors in ten-thousandths, which is how process isolation counts; Hyper-V isolation counts whole ones. */
export function cpuResources(cpus: number, hyperv: boolean): { count?: number; maximum?: number } {
  const share = (of: number): number => Math.min(10_000, Math.max(1, Math.floor((cpus / of) * 10_000)));
  if (!hyperv) return { maximum: share(availableParallelism()) };
  const count = Math.ceil(cpus);
  return count === cpus ? { count } : { count, maximum: share(count) };
}

/** What only the engine can look up: the name or id of a network, or one endpoint's id. */
export const networkByName = (text: string | undefined): string | undefined =>
  text === undefined || text === 'none' || text.startsWith('container:') || text.includes(',') ? undefined : text;

/** `none`, `container:ID`, or endpoint ids. */
export function networkOf(text: string): NonNullable<NonNullable<OciSpec['windows']>['network']> {
  if (text === 'none') return { endpointList: [] };
  if (text.startsWith('container:')) return { networkSharedContainerName: text.slice('container:'.length) };
  return { endpointList: text.split(',') };
}

/** The spec to create: `base` (from --spec or --bundle) or an empty one, with what the options say. */
export function composeSpec(
  base: OciSpec | undefined,
  options: Values,
  process: Pick<ProcessChanges, 'args' | 'env' | 'consoleSize'>,
): OciSpec {
  const spec: OciSpec = base ?? { ociVersion: '1.0.2', process: { cwd: DEFAULT_CWD } };
  const hyperv =
    options.isolation === 'hyperv' || (options.isolation === undefined && spec.windows?.hyperv !== undefined);
  const changes: ProcessChanges = { ...process, workdir: options.workdir, user: options.user, tty: options.tty };
  const changed =
    changes.args.length > 0 ||
    changes.env.length > 0 ||
    changes.tty ||
    changes.workdir !== undefined ||
    changes.user !== undefined;
  const resources = {
    ...spec.windows?.resources,
    ...(options.cpus === undefined ? {} : { cpu: cpuResources(options.cpus, hyperv) }),
    ...(options.memory === undefined ? {} : { memory: { limit: options.memory } }),
  };
  const { hyperv: hypervBefore, ...windowsBefore } = spec.windows ?? {};
  const windows = {
    ...windowsBefore,
    ...(hyperv ? { hyperv: hypervBefore ?? {} } : {}),
    ...(Object.keys(resources).length > 0 ? { resources } : {}),
    ...(options.network === undefined || networkByName(options.network) !== undefined
      ? {}
      : { network: networkOf(options.network) }),
  };
  const mounts: readonly OciMount[] = [...(spec.mounts ?? []), ...options.mount];
  return {
    ...spec,
    ...(spec.process === undefined && !changed
      ? {}
      : { process: composeProcess(spec.process ?? { cwd: DEFAULT_CWD }, changes) }),
    ...(options.hostname === undefined ? {} : { hostname: options.hostname }),
    ...(mounts.length > 0 ? { mounts } : {}),
    ...(spec.windows !== undefined || Object.keys(windows).length > 0 ? { windows } : {}),
  };
}
