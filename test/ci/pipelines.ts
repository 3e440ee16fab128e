/** examples/ci as data: what their files say. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parse } from 'yaml';

export const EXAMPLES = join(fileURLToPath(new URL('../../../', import.meta.url)), 'examples/ci');

export const example = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

export interface GithubStep {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface GithubWorkflow {
  readonly on: readonly string[];
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'runs-on': string;
        readonly 'timeout-minutes': number;
        readonly defaults?: { readonly run: { readonly shell: string } };
        readonly steps: readonly GithubStep[];
      }
    >
  >;
}

export interface AzureStep {
  readonly task?: string;
  readonly pwsh?: string;
  readonly displayName: string;
  readonly condition?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface AzurePipeline {
  readonly pool: { readonly vmImage: string };
  readonly jobs: readonly { readonly timeoutInMinutes: number; readonly steps: readonly AzureStep[] }[];
}

export const github = (): GithubWorkflow => parse(example('github-actions.yml')) as GithubWorkflow;
export const azure = (): AzurePipeline => parse(example('azure-pipelines.yml')) as AzurePipeline;

/** The scripts of a Jenkinsfile's `powershell` steps. */
export const jenkins = (): readonly string[] =>
  [...example('Jenkinsfile').matchAll(/powershell (?:'''([^]*?)'''|'([^'\n]*)')/g)].map(
    ([, block, line]) => block ?? line ?? '',
  );

/** The step of a name, of a job's steps. */
export function stepOf<S extends { readonly name?: string; readonly displayName?: string }>(
  steps: readonly S[],
  name: string,
): S {
  const found = steps.find((step) => (step.name ?? step.displayName) === name);
  if (found === undefined) throw new Error(`no step is called ${name}`);
  return found;
}
