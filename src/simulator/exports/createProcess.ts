import { constants } from 'node:os';
import { isRight } from 'fp-ts/lib/Either.js';
import type { Handler } from '../call.js';
import { parseCommandLine } from '../commandLine.js';
import { OciProcessPart, ProcessConfig } from '../documents/processConfig.js';
import { decodeDocument } from '../documents/strict.js';
import { CONTROL_C_EXIT } from '../exitCode.js';
import { HcsFailure } from '../failure.js';
import { environmentOf } from '../host/environment.js';
import { resolveProgram } from '../host/programs.js';
import { workingFolder } from '../host/roots.js';
import { ACCESS_DENIED, DIRECTORY, E_FAIL, FILE_NOT_FOUND, INVALID_PARAMETER } from '../hresult.js';
import type { Service } from '../service.js';
import { CHDIR_FAILED, SpawnFlag, type SpawnRequest } from '../siloWire.js';
import type { ComputeSystem } from '../system.js';

const DEFAULT_ROWS = 25;
const DEFAULT_COLUMNS = 80;

/** handle, parameters -> handle, pid, mask of pipe ends, their endpoint, ticket. */
export const HcsCreateProcess: Handler = async (call) => {
  const opener = call.system();
  const { system } = opener;
  const config = decodeDocument(ProcessConfig, call.string(1));
  system.mustAllow('createProcess');
  const request = spawnRequest(call.service, system, config);
  // A console program without its input ends at once on Windows (hcsshim#2831).
  const doomed = config.EmulateConsole === true && config.CreateStdInPipe !== true;
  const spawned = await system.spawn(request, config.User ?? '', doomed ? CONTROL_C_EXIT : undefined);
  if ('errno' in spawned) throw spawnFailure(spawned.errno, request);
  const { process } = spawned;
  if (doomed && !process.exited) process.signal(9);
  const handle = call.client.handles.openProcess(opener, process);
  const ends = process.pipeEnds();
  return { values: [handle.number, process.pid, ends.mask, ends.endpoint, ends.ticket] };
};

/** What the launcher is to run for a ProcessConfig. */
export function spawnRequest(
  service: Service,
  system: ComputeSystem,
  config: ProcessConfig,
): Omit<SpawnRequest, 'ticket'> {
  const { roots } = system;
  const wanted = argumentsOf(config);
  const terminal = config.EmulateConsole === true || wanted.terminal;
  const cwd = workingFolder(config.WorkingDirectory ?? wanted.cwd, roots);
  const environment = environmentOf({
    given: { ...wanted.env, ...config.Environment },
    hostName: system.config.HostName ?? system.id,
    user: config.User ?? '',
    terminal,
    programs: service.programs.folder(),
    roots,
  });
  const program = resolveProgram(config.ApplicationName ?? wanted.args[0] ?? '', {
    programs: service.programs,
    roots,
    searchPath: environment.get('PATH') ?? '',
    cwd,
    cmd: service.cmd,
  });
  if (process.platform !== 'win32') {
    environment.set('HCS_SILO_ROOT', roots.scratch);
    environment.set('HCS_SILO_LAYERS', roots.folders.slice(1).join(':'));
  }
  const [height, width] = config.ConsoleSize ?? [0, 0];
  const pipes =
    (config.CreateStdInPipe === true ? SpawnFlag.stdin : 0) |
    (config.CreateStdOutPipe === true ? SpawnFlag.stdout : 0) |
    // A console has one output.
    (config.CreateStdErrPipe === true && !terminal ? SpawnFlag.stderr : 0);
  // A Windows program parses its command line itself.
  const verbatim = wanted.tail !== '' && (program.cmd || (process.platform === 'win32' && wanted.line === true));
  return {
    flags: pipes | (terminal ? SpawnFlag.terminal : 0) | (verbatim ? SpawnFlag.verbatim : 0),
    rows: height === 0 ? DEFAULT_ROWS : height,
    columns: width === 0 ? DEFAULT_COLUMNS : width,
    cwd,
    argv: [...program.command, ...(verbatim ? [wanted.tail] : wanted.args.slice(1))],
    env: [...environment].map(([name, value]) => `${name}=${value}`),
  };
}

interface Wanted {
  readonly args: readonly string[];
  readonly tail: string;
  /** The tail is of a command line, not put together from arguments. */
  readonly line?: true;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal: boolean;
}

/** CommandLine wins over CommandArgs, as in the client that these documents come from; then the OCI specification of LCOW. */
function argumentsOf(config: ProcessConfig): Wanted {
  const wanted = fromDocument(config);
  if ((wanted.args[0] ?? '') === '' && (config.ApplicationName ?? '') === '')
    throw new HcsFailure(INVALID_PARAMETER, 'there is no program in CommandLine, CommandArgs or ApplicationName');
  if (wanted.args.some((argument) => argument.includes('\0')))
    throw new HcsFailure(INVALID_PARAMETER, 'an argument holds a NUL');
  return wanted;
}

function fromDocument(config: ProcessConfig): Wanted {
  if (config.CommandLine !== undefined && config.CommandLine !== '')
    return { ...parseCommandLine(config.CommandLine), line: true, terminal: false };
  if (config.CommandArgs !== undefined && config.CommandArgs.length > 0)
    return { args: config.CommandArgs, tail: config.CommandArgs.slice(1).join(' '), terminal: false };
  const oci = OciProcessPart.decode(config.OCISpecification);
  if (isRight(oci)) {
    const { args, cwd, env, terminal } = oci.right.process;
    return {
      args,
      tail: args.slice(1).join(' '),
      ...(cwd === undefined ? {} : { cwd }),
      env: Object.fromEntries((env ?? []).map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string])),
      terminal: terminal === true,
    };
  }
  const application = config.ApplicationName ?? '';
  return { args: application === '' ? [] : [application], tail: '', terminal: false };
}

function spawnFailure(errno: number, request: Omit<SpawnRequest, 'ticket'>): HcsFailure {
  if ((errno & CHDIR_FAILED) !== 0) return new HcsFailure(DIRECTORY, `the folder ${request.cwd} cannot be entered`);
  const { ENOENT, ENOTDIR, EACCES, EPERM } = constants.errno;
  const program = request.argv[0] ?? '';
  if (errno === ENOENT || errno === ENOTDIR) return new HcsFailure(FILE_NOT_FOUND, `there is no program ${program}`);
  if (errno === EACCES || errno === EPERM) return new HcsFailure(ACCESS_DENIED, `${program} may not be executed`);
  return new HcsFailure(E_FAIL, `${program} cannot be started: errno ${errno}`);
}
