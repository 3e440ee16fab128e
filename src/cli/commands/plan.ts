import { access } from 'node:fs/promises';
import { availableParallelism, release } from 'node:os';
import { flag, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { leavesLayers } from '../../core/documents/layers.js';
import { invalidRequest, isRuntimeError, RuntimeError } from '../../core/errors.js';
import { decodeSpec } from '../../core/documents/spec.js';
import { decodePlanHost, plan } from '../../core/documents/plan.js';
import type { DocumentHost } from '../../core/documents/target.js';
import type { PlanReport } from '../../core/runtime.js';
import { document, type Outcome } from '../output/outcome.js';
import { containerId } from '../parse/names.js';
import { readJson, readProcess } from '../spec/read.js';
import { STRICT } from '../spec/options.js';
import { refuseStrange, strangeTexts, withStrange } from '../spec/strange.js';

/** This machine as a target, when it is one: the third number of a Windows version is its build. */
function thisHost(platform: NodeJS.Platform): DocumentHost | undefined {
  if (platform !== 'win32') return undefined;
  const exists = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  return { build: Number(release().split('.')[2]), cpus: availableParallelism(), exists };
}

/** The document of `plan` and of `create --dry-run`. */
export function planOutcome({ container, process, warnings }: PlanReport): Outcome {
  const documents = [container.document, ...(process === undefined ? [] : [process.document])];
  return document(
    'plan',
    { container, ...(process === undefined ? {} : { process }), warnings },
    documents.join('\n'),
    {
      quiet: documents.join('\n'),
    },
  );
}

function withoutLayers(e: unknown): unknown {
  if (!isRuntimeError(e) || e.code !== 'invalidRequest') return e;
  const hint = `${e.details.hint ?? ''} A create on the simulated HCS fills in a base of its own: hcs create --dry-run --spec FILE shows that.`;
  return new RuntimeError(e.code, e.message, { ...e.details, hint: hint.trim() }, { cause: e });
}

export default defineCommand({
  name: 'plan',
  describe: 'Print the exact documents that HCS would be given; touches nothing',
  group: 'Tools',
  options: {
    spec: value('FILE|-', 'OCI runtime spec as JSON; - reads stdin'),
    host: value('FILE', 'JSON of the target: {"build":N,"cpus":N,"directories":[...]}; default: this machine'),
    id: value('ID', 'id of the container', { parse: containerId }),
    owner: value('NAME', 'owner; default docker'),
    'runtime-options': value('FILE', 'JSON with the lcow paths that a Linux container needs'),
    exec: value('FILE', 'OCI process as JSON: plan an exec'),
    strict: flag(STRICT),
  },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs plan --spec config.json --host host.json', about: 'for a Windows host, from anywhere' },
    {
      shell: 'powershell',
      line: '(hcs plan --spec config.json | ConvertFrom-Json).container.document',
      about: 'the create document',
    },
  ],
  async handler({ options }, context) {
    if (options.spec === undefined) {
      throw invalidRequest(
        '--spec is missing',
        [{ path: '--spec', expected: 'FILE or -', got: 'nothing' }],
        'see: hcs help plan',
      );
    }
    const given = await readJson(options.spec, '--spec', context.host);
    if (options.strict) refuseStrange(given);
    const spec = decodeSpec(given);
    const host =
      options.host === undefined
        ? undefined
        : decodePlanHost(await readJson(options.host, '--host', context.host), '--host');
    const runtimeOptions =
      options['runtime-options'] === undefined
        ? undefined
        : await readJson(options['runtime-options'], '--runtime-options', context.host);
    const exec = options.exec === undefined ? undefined : await readProcess(options.exec, '--exec', context.host);
    const report = await plan(
      {
        spec,
        owner: options.owner ?? 'docker',
        ...(host === undefined ? {} : { host }),
        ...(options.id === undefined ? {} : { id: options.id }),
        ...(runtimeOptions === undefined ? {} : { runtimeOptions }),
        ...(exec === undefined ? {} : { exec }),
      },
      thisHost(context.host.platform),
    ).catch((e: unknown) => {
      throw withStrange(leavesLayers(spec) ? withoutLayers(e) : e, given);
    });
    return planOutcome({ ...report, warnings: [...report.warnings, ...strangeTexts(given)] });
  },
});
