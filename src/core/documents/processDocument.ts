/**
 * Process parameters for HcsCreateProcess (hcs-facts 3.3; seed Start and Exec).
 */
import { goJson, omitEmpty, RawJson, type GoJson } from '../json/goJson.js';
import { commandLine } from './commandLine.js';
import { environment } from './environment.js';
import type { Integer } from './goTypes.js';
import { refusal } from './refusal.js';
import { Spec, type OciProcess, type OciSpec } from './spec.js';

export interface ProcessDocument {
  /** The exact string to pass. It holds the environment: never log it. */
  readonly document: string;
  readonly warnings: readonly string[];
}

/** What an exec takes over from its container. */
export interface ExecContainer {
  /** Linux container on Windows. */
  readonly lcow: boolean;
  /** Working directory of init, for an exec that has none. */
  readonly cwd: string;
}

interface Shape {
  readonly lcow: boolean;
  readonly cwd: string;
  readonly consoleSize: readonly [height: Integer, width: Integer];
  /** The whole spec, which init of a Linux container carries to the guest. */
  readonly guestSpec?: string;
}

/**
 * Parameters of the init process. `spec` is {@link ContainerDocument.spec}, whose mounts are the guest's.
 * Throws RuntimeError invalidRequest when the spec has no process (B7).
 */
export function initDocument(spec: OciSpec): ProcessDocument {
  const { process } = spec;
  if (process === undefined)
    throw refusal([
      {
        path: 'spec.process',
        expected: 'object',
        got: 'nothing',
        hint: 'Give the command: {"process":{"args":["cmd","/c","ver"],"cwd":"C:\\\\"}}.',
      },
    ]);
  const lcow = spec.linux !== undefined;
  return processDocument(process, 'spec.process', {
    lcow,
    cwd: process.cwd ?? '',
    // The seed passes init's size on even without a terminal.
    consoleSize: sizeOf(process),
    ...(lcow ? { guestSpec: goJson(Spec.encode(spec)) } : {}),
  });
}

/** Parameters of a further process. Environment and user are its own; only the working directory is inherited. */
export function execDocument(process: OciProcess, container: ExecContainer): ProcessDocument {
  return processDocument(process, 'process', {
    lcow: container.lcow,
    cwd: process.cwd === undefined || process.cwd === '' ? container.cwd : process.cwd,
    consoleSize: process.terminal === true ? sizeOf(process) : [0, 0],
  });
}

const sizeOf = ({ consoleSize }: OciProcess): readonly [Integer, Integer] => [
  consoleSize?.height ?? 0,
  consoleSize?.width ?? 0,
];

function processDocument(process: OciProcess, path: string, shape: Shape): ProcessDocument {
  const terminal = process.terminal === true;
  const { variables, warnings } = environment(process.env, `${path}.env`, !shape.lcow);
  const document: GoJson = {
    ...command(process, shape.lcow),
    User: omitEmpty(process.user?.username),
    WorkingDirectory: omitEmpty(shape.cwd),
    Environment: omitEmpty(variables),
    EmulateConsole: omitEmpty(terminal),
    // Always both, whatever the caller attaches: without a stdin pipe a console process dies at once (hcs-facts 4.5).
    CreateStdInPipe: true,
    CreateStdOutPipe: true,
    CreateStdErrPipe: omitEmpty(!terminal),
    ConsoleSize: shape.consoleSize,
    OCISpecification: shape.guestSpec === undefined ? undefined : new RawJson(shape.guestSpec),
  };
  return { document: goJson(document), warnings: [...emptyCommand(process, path, shape.lcow), ...warnings] };
}

/** Windows takes one line, which the spec's `commandLine` gives as it is; a Linux guest takes the arguments. */
function command(process: OciProcess, lcow: boolean): { readonly [key: string]: GoJson | undefined } {
  if (lcow) return { CommandArgs: omitEmpty(process.args) };
  const line = omitEmpty(process.commandLine) ?? commandLine(process.args ?? []);
  return { CommandLine: omitEmpty(line) };
}

function emptyCommand(process: OciProcess, path: string, lcow: boolean): string[] {
  const none = (process.args ?? []).length === 0 && (lcow || (process.commandLine ?? '') === '');
  return none ? [`${path} has no command: ${lcow ? 'args is' : 'args and commandLine are'} empty`] : [];
}
