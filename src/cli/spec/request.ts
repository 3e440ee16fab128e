/** From the options of run and create to what the engine is asked. */
import { resolve } from 'node:path';
import { leavesLayers } from '../../core/documents/layers.js';
import { invalidRequest } from '../../core/errors.js';
import type { CreateRequest } from '../../core/runtime.js';
import type { Args } from '../command.js';
import type { Context } from '../context.js';
import { composeSpec, networkByName, type ConsoleSize } from './compose.js';
import { checkLayer } from './layer.js';
import type { containerOptions } from './options.js';
import { readEnvironment, readJson, readSpec, type GivenSpec } from './read.js';

/** Size of the caller's terminal, if stdout is one. */
export function terminalSize(context: Context): ConsoleSize | undefined {
  const { columns, rows } = context.host.stdout;
  return context.host.stdout.isTTY === true && columns !== undefined && rows !== undefined && columns > 0 && rows > 0
    ? { width: columns, height: rows }
    : undefined;
}

function checkStdin(options: Args<typeof containerOptions>['options']): void {
  const readers = [
    ...(options.spec === '-' ? ['--spec -'] : []),
    ...(options['runtime-options'] === '-' ? ['--runtime-options -'] : []),
    ...options['env-file'].filter((file) => file === '-').map(() => '--env-file -'),
    ...(options.interactive ? ['--interactive'] : []),
  ];
  if (readers.length > 1) {
    throw invalidRequest(
      `${readers.join(' and ')} both read stdin`,
      [{ path: readers[1] ?? '', expected: 'one reader of stdin', got: readers.join(', ') }],
      'put one of them into a file',
    );
  }
}

/** OCI lets a container be created without a program; HCS needs one to start, and the spec cannot be changed after create. */
function checkProgram({ process }: CreateRequest['spec']): void {
  if ((process?.args ?? []).length > 0 || (process?.commandLine ?? '') !== '') return;
  throw invalidRequest(
    'the spec names no program to run',
    [{ path: 'spec.process.args', expected: 'a program and its arguments', got: 'nothing' }],
    'add process.args to the spec, or give a command: hcs create --spec FILE -- cmd /c ver',
  );
}

/** What the engine is asked, and warnings about what was given. */
export interface Asked {
  readonly request: CreateRequest;
  readonly warnings: readonly string[];
}

async function warningsOf(
  { given, spec: { process } }: GivenSpec,
  command: readonly string[],
): Promise<readonly string[]> {
  const { strangeTexts } = await import('./strange.js');
  const own = process?.commandLine ?? process?.args?.join(' ') ?? '';
  return command.length > 0 && own !== ''
    ? [...strangeTexts(given), `the command ${command.join(' ')} was given, and takes the place of the spec's: ${own}`]
    : strangeTexts(given);
}

/** Throws invalidRequest for what cannot be read or does not go together. */
export async function createRequest(args: Args<typeof containerOptions>, context: Context): Promise<Asked> {
  const { options, rest } = args;
  checkStdin(options);
  const source = await readSpec({ spec: options.spec, bundle: options.bundle, strict: options.strict }, context.host);
  if (source === undefined && rest.length === 0) {
    throw invalidRequest(
      'nothing to run: a command, --spec or --bundle is missing',
      [{ path: 'command', expected: 'a command, --spec FILE or --bundle DIR', got: 'nothing' }],
      'for example: hcs run --rm -- cmd /c ver',
    );
  }
  const env = await readEnvironment(options['env-file'], options.env, context.host);
  const size = options.tty ? terminalSize(context) : undefined;
  const spec = composeSpec(source?.spec, options, { args: rest, env, consoleSize: size });
  const layer = options.layer === undefined ? undefined : resolve(context.host.cwd, options.layer);
  if (layer !== undefined) await checkLayer(spec, layer);
  const network = networkByName(options.network);
  try {
    checkProgram(spec);
  } catch (e) {
    throw source === undefined ? e : (await import('./strange.js')).withStrange(e, source.given);
  }
  const runtimeOptions =
    options['runtime-options'] === undefined
      ? undefined
      : await readJson(options['runtime-options'], '--runtime-options', context.host);
  const builtinBase = options.layer === undefined && leavesLayers(spec);
  const request = {
    spec,
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(builtinBase ? { builtinBase } : {}),
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    ...(options.label.length > 0 ? { labels: options.label } : {}),
    ...(source?.bundle === undefined ? {} : { bundle: source.bundle }),
    ...(layer === undefined ? {} : { layer }),
    ...(network === undefined ? {} : { network }),
    ...(runtimeOptions === undefined ? {} : { runtimeOptions }),
  };
  return { request, warnings: source === undefined ? [] : await warningsOf(source, rest) };
}
