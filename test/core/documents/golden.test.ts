/** What the original Go client passed to HCS, byte for byte (test/golden/README.md). */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { documentHost, plan } from '#src/core/documents/plan.js';
import { decodeProcess, decodeSpec } from '#src/core/documents/spec.js';
import { isRuntimeError } from '#src/core/errors.js';
import { parseJson } from '#src/core/json/lossless.js';
import type { PlanReport } from '#src/core/runtime.js';

interface Case {
  readonly name: string;
  readonly kind: 'create-windows' | 'create-linux' | 'process';
  readonly host: { readonly build: number; readonly cpus: number };
  readonly layersWithUtilityVM: readonly string[];
  readonly id: string;
  readonly spec: unknown;
  readonly runtimeOptions?: unknown;
  readonly op?: 'start' | 'exec';
  readonly process?: unknown;
  readonly setup?: string;
  readonly expect: { readonly config?: string; readonly error?: string };
}

const text = readFileSync(new URL('../../../../test/golden/cases.json', import.meta.url), 'utf8');
const cases = parseJson(text, 'cases.json') as readonly Case[];

const planOf = async (golden: Case): Promise<PlanReport> =>
  plan({
    spec: decodeSpec(golden.spec),
    id: golden.id,
    host: { ...golden.host, directories: golden.layersWithUtilityVM.map((folder) => `${folder}\\UtilityVM`) },
    runtimeOptions: golden.runtimeOptions,
    ...(golden.process === undefined ? {} : { exec: decodeProcess(golden.process) }),
  });

test('all golden cases are here', (t) => {
  t.is(cases.length, 48);
});

for (const golden of cases) {
  // Whether a container exists is the engine's to know; a document does not depend on it.
  if (golden.setup !== undefined) continue;
  const { config } = golden.expect;
  if (config !== undefined) {
    test(`golden ${golden.name}: the very document of the seed`, async (t) => {
      const report = await planOf(golden);
      t.is(golden.kind === 'process' ? report.process?.document : report.container.document, config);
    });
  } else {
    test(`golden ${golden.name}: refused as an invalid request`, async (t) => {
      const error = await t.throwsAsync(planOf(golden));
      t.true(isRuntimeError(error));
      if (!isRuntimeError(error)) return;
      t.is(error.code, 'invalidRequest');
      t.true((error.details.issues ?? []).length > 0);
    });
  }
}

test('a golden case whose setup decides still has its documents', async (t) => {
  for (const golden of cases.filter((one) => one.setup !== undefined)) {
    const report = await planOf(golden);
    t.true(report.container.document.startsWith('{"SystemType":"'), golden.name);
  }
});

test('folders of a plan host are found in any case, with any slash, with a trailing slash', async (t) => {
  const { exists } = documentHost({ build: 1, cpus: 1, directories: ['C:/Layers/X/UtilityVM/'] });
  t.true(await exists('c:\\layers\\x\\utilityvm'));
  t.false(await exists('c:\\layers\\x'));
});
