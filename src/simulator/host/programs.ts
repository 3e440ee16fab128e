import { accessSync, constants, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import { HcsFailure } from '../failure.js';
import { ACCESS_DENIED, FILE_NOT_FOUND } from '../hresult.js';
import { isWindowsPath } from './paths.js';
import { findInContainer, type Roots } from './roots.js';

const ProgramsDocument = t.record(t.string, t.union([t.array(t.string), t.string]));

/** `programs.json`: Windows program names, lower case, to host commands. Read again when the file changes. */
export class ProgramsFile {
  #stamp = '';
  #programs: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(
    private readonly path: string,
    /** Folder for the scripts by which other programs find these. */
    private readonly scripts: string,
    private readonly complain: (message: string) => void,
  ) {}

  /** The host command for a program, by full path or base name, with or without `.exe`. */
  find(name: string): readonly string[] | undefined {
    this.#refresh();
    if (this.#programs.size === 0) return undefined;
    const full = name.toLowerCase().replaceAll('/', '\\');
    const base = full.slice(full.lastIndexOf('\\') + 1);
    for (const candidate of [full, base]) {
      const bare = candidate.replace(/\.exe$/, '');
      const found = this.#programs.get(candidate) ?? this.#programs.get(bare) ?? this.#programs.get(`${bare}.exe`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Folder with a script for each program, for the search path of what runs in a container; null when there are none. */
  folder(): string | null {
    this.#refresh();
    return this.#programs.size === 0 ? null : this.scripts;
  }

  #refresh(): void {
    const stat = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    const stamp = stat === undefined ? '' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#programs = new Map();
    if (stat !== undefined) this.#read();
    this.#writeScripts();
  }

  #read(): void {
    try {
      const decoded = ProgramsDocument.decode(JSON.parse(readFileSync(this.path, 'utf8')));
      if (isRight(decoded)) {
        this.#programs = new Map(
          Object.entries(decoded.right)
            .map(([name, command]) => [name, typeof command === 'string' ? [command] : command] as const)
            .filter(([, command]) => command.length > 0)
            .map(([name, command]) => [name.toLowerCase().replaceAll('/', '\\'), command]),
        );
      } else this.complain(`${this.path}: expected an object of arrays of strings`);
    } catch (e) {
      this.complain(`${this.path}: ${e instanceof Error ? e.message : String(e)}`);
    }
  }

  #writeScripts(): void {
    if (process.platform === 'win32') return;
    try {
      rmSync(this.scripts, { recursive: true, force: true });
      if (this.#programs.size === 0) return;
      mkdirSync(this.scripts, { recursive: true, mode: 0o700 });
      for (const [name, command] of this.#programs) {
        // By its full path: under its own bare name a script would find itself.
        const [program = '', ...rest] = command;
        const host = isAbsolute(program) ? program : (onPath(program, process.env['PATH'] ?? '') ?? program);
        if (!isAbsolute(host)) continue;
        const script = `#!/bin/sh\nexec ${[host, ...rest].map(quoted).join(' ')} "$@"\n`;
        const bare = name.slice(name.lastIndexOf('\\') + 1).replace(/\.exe$/, '');
        if (bare !== '' && !bare.includes('/')) writeFileSync(join(this.scripts, bare), script, { mode: 0o700 });
      }
    } catch (e) {
      this.complain(`${this.scripts}: ${e instanceof Error ? e.message : String(e)}`);
    }
  }
}

const quoted = (argument: string): string => `'${argument.replaceAll("'", `'\\''`)}'`;

export interface Program {
  /** Host program (absolute) and the arguments that the programs file puts in front; the caller adds the rest. */
  readonly command: readonly string[];
  /** Whether it is the built-in cmd. */
  readonly cmd: boolean;
}

/** `cmd`, `cmd.exe` and their place in System32, without case. */
const isCmd = (name: string): boolean => /^(([a-z]:)?[\\/]windows[\\/]system32[\\/])?cmd(\.exe)?$/i.test(name);

/**
 * The host program behind a Windows program name. 0x80070002 when there is none, 0x80070005 when it cannot be run, as CreateProcess
 * says on Windows (hcs-facts 2.3).
 */
export function resolveProgram(
  name: string,
  context: {
    readonly programs: ProgramsFile;
    readonly roots: Roots;
    readonly searchPath: string;
    readonly cwd: string;
    readonly cmd: string;
  },
): Program {
  const mapped = context.programs.find(name);
  if (mapped !== undefined) {
    const [program, ...rest] = mapped as [string, ...string[]];
    const searchPath = process.env['PATH'] ?? '';
    return { command: [locate(program, { ...context, searchPath }) ?? notFound(program), ...rest], cmd: false };
  }
  if (isCmd(name)) return { command: [context.cmd], cmd: true };
  const bare = name.replace(/\.exe$/i, '');
  for (const candidate of bare === name ? [name, `${name}.exe`] : [name, bare]) {
    const found = locate(candidate, context);
    if (found !== undefined) return { command: [found], cmd: false };
  }
  return notFound(name);
}

function notFound(name: string): never {
  throw new HcsFailure(FILE_NOT_FOUND, `there is no program ${name}`);
}

function locate(
  name: string,
  context: { readonly roots: Roots; readonly searchPath: string; readonly cwd: string },
): string | undefined {
  if (isWindowsPath(name)) return runnable(findInContainer(name, context.roots));
  if (isAbsolute(name)) return runnable(name);
  if (/[\\/]/.test(name)) return runnable(join(context.cwd, name.replaceAll('\\', '/')));
  let denied: HcsFailure | undefined;
  const found = onPath(name, context.searchPath, (e) => {
    denied = e;
  });
  // As on Windows, and unlike POSIX, a program beside the working directory is found by its bare name.
  const program = found ?? runnable(join(context.cwd, basename(name)));
  if (program === undefined && denied !== undefined) throw denied;
  return program;
}

/** The first runnable file of this name; one that may not be run is passed over, and told. */
function onPath(name: string, searchPath: string, onDenied?: (e: HcsFailure) => void): string | undefined {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === '') continue;
    try {
      const found = runnable(join(folder, name));
      if (found !== undefined) return found;
    } catch (e) {
      if (e instanceof HcsFailure) onDenied?.(e);
    }
  }
  return undefined;
}

function runnable(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) throw new HcsFailure(ACCESS_DENIED, `${path} is a folder`);
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new HcsFailure(ACCESS_DENIED, `${path} may not be executed`);
  }
  return path;
}
