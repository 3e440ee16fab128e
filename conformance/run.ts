/**
 * `npm run conformance [-- --backend hcs --layer DIR --hyperv --networks --only TEXT... --report FILE]`: runs the checks and prints a line each.
 * The same command on a Windows host with real HCS and `--backend hcs`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checks } from './checks/index.js';
import type { Need } from './check.js';
import { Target } from './target.js';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: process.platform === 'win32' ? 'hcs' : 'simulator' },
    layer: { type: 'string' },
    hyperv: { type: 'boolean', default: false },
    networks: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    report: { type: 'string' },
    command: { type: 'string', multiple: true },
    list: { type: 'boolean', default: false },
  },
});

const backend = values.backend === 'hcs' ? 'hcs' : 'simulator';
const home = await mkdtemp(join(tmpdir(), 'hcs-conf-'));
const target = new Target({
  command: values.command ?? [process.execPath, fileURLToPath(new URL('../../dist/bin/hcs.cjs', import.meta.url))],
  home,
  backend,
  hyperv: values.hyperv || backend === 'simulator',
  ...(values.layer === undefined ? {} : { layer: values.layer }),
});

/** Why a need is not met here; undefined when it is. */
function missing(need: Need): string | undefined {
  switch (need) {
    case 'container':
      return backend === 'hcs' && values.layer === undefined ? 'needs a Windows layer: give --layer DIR' : undefined;
    case 'hyperv':
      return target.options.hyperv ? undefined : 'needs Hyper-V isolation: give --hyperv where it is there';
    case 'network':
      return backend === 'hcs' && !values.networks
        ? 'makes and deletes networks of the host: give --networks where it may'
        : undefined;
    case 'simulator':
      return backend === 'simulator' ? undefined : 'looks into the simulated service';
  }
}

const results: {
  id: string;
  outcome: 'passed' | 'failed' | 'skipped';
  ms: number;
  proves: string;
  source: string;
  detail?: string;
}[] = [];
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

for (const check of checks.filter(({ id }) => values.only?.some((part) => id.includes(part)) ?? true)) {
  if (values.list) {
    say(`${check.id}\t${check.proves}\t${check.source}`);
    continue;
  }
  const why = check.needs.map(missing).find((m) => m !== undefined);
  const began = performance.now();
  const done = (outcome: 'passed' | 'failed' | 'skipped', detail?: string): void => {
    const ms = Math.round(performance.now() - began);
    results.push({
      id: check.id,
      outcome,
      ms,
      proves: check.proves,
      source: check.source,
      ...(detail === undefined ? {} : { detail }),
    });
    say(
      `${outcome.padEnd(7)} ${check.id}${detail === undefined ? '' : `: ${detail.split('\n').slice(0, 12).join('\n        ')}`}`,
    );
  };
  if (why !== undefined) {
    done('skipped', why);
    continue;
  }
  try {
    await check.run(target);
    done('passed');
  } catch (error) {
    done('failed', error instanceof Error ? error.message : String(error));
  }
}

if (!values.list) {
  await target.hcs(['engine', 'stop']);
  const count = (outcome: string): number => results.filter((r) => r.outcome === outcome).length;
  const report = {
    schema: 'hostcompute.conformance/v1',
    time: new Date().toISOString(),
    platform: process.platform,
    node: process.version,
    backend,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    results,
  };
  if (values.report !== undefined) await writeFile(values.report, `${JSON.stringify(report, null, 2)}\n`);
  say(`${report.passed} passed, ${report.failed} failed${report.skipped > 0 ? `, ${report.skipped} skipped` : ''}`);
  process.exitCode = report.failed > 0 ? 1 : 0;
}
await target.close();
await rm(home, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
