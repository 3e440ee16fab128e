/** Reads the specs and other JSON that options name. */
import { join, resolve } from 'node:path';
import type { OciProcess, OciSpec } from '../../core/documents/spec.js';
import { invalidRequest } from '../../core/errors.js';
import { parseJson } from '../../core/json/lossless.js';
import { shown } from '../args/decode.js';
import type { Host } from '../context.js';
import { envFileEntries, mergeEnvironment, passOn } from '../parse/environment.js';
import { readTextFile } from '../parse/textFile.js';

/** JSON of `file` (`-`: stdin); errors name the option, line and column. */
export async function readJson(file: string, option: string, host: Host): Promise<unknown> {
  return parseJson(await readTextFile(file, option, host.stdin), `${option} ${file}`);
}

export interface SpecSource {
  readonly spec: string | undefined;
  readonly bundle: string | undefined;
  readonly strict: boolean;
}

/** A spec as it was given, and decoded; `bundle`: its folder's absolute path. */
export interface GivenSpec {
  readonly given: unknown;
  readonly spec: OciSpec;
  readonly bundle?: string;
}

/** The spec that `--spec` or `--bundle` names; undefined: neither is given. */
export async function readSpec(source: SpecSource, host: Host): Promise<GivenSpec | undefined> {
  if (source.spec !== undefined && source.bundle !== undefined) {
    throw invalidRequest(
      '--spec and --bundle exclude each other',
      [{ path: '--bundle', expected: 'nothing, since --spec is given', got: source.bundle }],
      'leave one of them out',
    );
  }
  if (source.spec?.trimStart().startsWith('{') === true) {
    throw invalidRequest(
      '--spec takes the name of a file, not the spec itself',
      [{ path: '--spec', expected: 'a file, or - for stdin', got: shown(source.spec) }],
      'pipe the spec: ... | hcs create --spec -',
    );
  }
  // Its codecs take time to make, which a run without a spec need not spend.
  const decode = async (given: unknown): Promise<GivenSpec> => {
    const { decodeSpec } = await import('../../core/documents/spec.js');
    const { refuseStrange } = await import('./strange.js');
    if (source.strict) refuseStrange(given);
    return { given, spec: decodeSpec(given) };
  };
  if (source.spec !== undefined) return decode(await readJson(source.spec, '--spec', host));
  if (source.bundle === undefined) return undefined;
  const bundle = resolve(host.cwd, source.bundle);
  return { ...(await decode(await readJson(join(bundle, 'config.json'), '--bundle', host))), bundle };
}

/** An OCI process from a file (`-`: stdin). */
export async function readProcess(file: string, option: string, host: Host): Promise<OciProcess> {
  const { decodeProcess } = await import('../../core/documents/spec.js');
  return decodeProcess(await readJson(file, option, host));
}

/** Environment of `--env-file` and `-e`, in that order; names without a value take the caller's own. */
export async function readEnvironment(
  files: readonly string[],
  entries: readonly string[],
  host: Host,
): Promise<readonly string[]> {
  const all: string[] = [];
  for (const file of files) {
    const read = envFileEntries(await readTextFile(file, '--env-file', host.stdin));
    if ('badLine' in read) {
      throw invalidRequest(
        `--env-file ${file}: line ${read.badLine} is no variable`,
        [
          {
            path: `--env-file ${file}:${read.badLine}`,
            expected: 'K=V, K, or a comment with #',
            got: 'something else',
          },
        ],
        'names have no spaces and come before the first =',
      );
    }
    all.push(...read.entries);
  }
  const own = [...all, ...entries].map((entry) => passOn(entry, host.env)).filter((entry) => entry !== undefined);
  return mergeEnvironment(own);
}
