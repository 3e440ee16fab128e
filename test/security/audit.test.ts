/** The audit step of CI, and the list of what is in the package. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { ROOT } from '../helpers/cli.js';

interface Judged {
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
const { judge } = (await import(pathToFileURL(join(ROOT, 'scripts/audit.mjs')).href)) as {
  judge: (text: string) => Judged;
};

test('a reported vulnerability fails the audit, by its name', (t) => {
  const { lines, failed } = judge(
    JSON.stringify({
      vulnerabilities: {
        left: { name: 'left', severity: 'high', range: '<2.0.0', via: [{ title: 'it pads too much' }] },
      },
      metadata: { vulnerabilities: { high: 1, total: 1 } },
    }),
  );
  t.is(failed, 1);
  t.deepEqual(lines, ['failed audit of left: high, <2.0.0: it pads too much']);
  t.is(judge(JSON.stringify({ metadata: { vulnerabilities: { total: 2 } } })).failed, 1);
});

test('a clean report passes; a registry that answers no audits is a skip, never a pass', (t) => {
  const clean = judge(JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 } } }));
  t.like(clean, { passed: 1, failed: 0, skipped: 0 });
  for (const text of [JSON.stringify({ message: '405 Method Not Allowed' }), '', 'no JSON', '{}']) {
    const refused = judge(text);
    t.like(refused, { passed: 0, failed: 0, skipped: 1 });
    t.regex(refused.lines[0] ?? '', /^skipped audit: nothing was checked/);
  }
});

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly content: string }[];
}

test('npm sbom lists every runtime dependency with version and hash, and none of development', (t) => {
  const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32',
  });
  const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: readonly Component[] };
  t.is(bomFormat, 'CycloneDX');
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const names = new Set(components.map(({ name }) => name));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) t.true(names.has(name), name);
  for (const name of ['ava', 'eslint', 'prettier', 'node-pty']) {
    t.true(name in devDependencies!, name);
    t.false(names.has(name), name);
  }
  for (const { name, version, purl, hashes } of components) {
    t.regex(version, /^\d+\.\d+\.\d+/, name);
    t.truthy(purl, name);
    t.true((hashes?.length ?? 0) > 0, name);
  }
});
