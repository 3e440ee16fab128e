// Builds, then runs every suite. The last line is `N passed, N failed`, over all suites; the exit code is 0 when nothing failed.
// Arguments are handed to ava: node scripts/test.mjs build/test/store/store.test.js
// Suites that install large programs first run in CI, or with --all.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', name);
const node = process.execPath;

/** Steps before the tests; each does only what has changed. A script that is not in this checkout is left out. */
const steps = [
  { name: 'compile', args: [bin('typescript/bin/tsc'), '-b'] },
  { name: 'bundle', script: 'scripts/build-bundle.mjs' },
  { name: 'native', script: 'scripts/build-native.mjs' },
  { name: 'bridge', script: 'scripts/build-bridge.mjs' },
  { name: 'cache', script: 'scripts/build-cache.mjs' },
  { name: 'extension', script: 'editors/vscode/build.mjs' },
];

/** Suites: a program, and what reads its output (`line`) and at its end says how many passed and failed (`counts`). */
const all = process.argv.includes('--all') || Boolean(process.env.CI);
const only = process.argv.slice(2).filter((arg) => arg !== '--all');
/** `large`: fetches from outside, most often large programs; `long`: takes minutes. */
const suites = [
  // Not --tap: its reporter breaks when a test times out, and would not name it.
  { name: 'ava', args: [bin('ava/entrypoints/cli.mjs'), ...only], reader: avaReader },
  { name: 'conformance', args: [join(root, 'build/conformance/run.js')], reader: totalReader },
  {
    name: 'PowerShell itself',
    args: [join(root, 'build/test/ci/suite.js')],
    reader: totalReader,
    large: true,
  },
  {
    name: 'PowerShell module',
    args: [join(root, 'build/test/powershell/suite.js')],
    reader: totalReader,
    large: true,
  },
  { name: 'Windows', args: [join(root, 'build/test/windows/suite.js')], reader: totalReader, large: true },
  {
    name: 'VS Code',
    args: [join(root, 'build/editors/vscode/test/suite/main.js')],
    reader: totalReader,
    large: true,
  },
  { name: 'torture', args: [join(root, 'build/torture/run.js'), '--points', '300'], reader: totalReader, long: true },
  { name: 'benchmarks', args: [join(root, 'build/bench/run.js'), '--short'], reader: totalReader },
  { name: 'soak', args: [join(root, 'build/soak/run.js'), '--short'], reader: totalReader, long: true },
  { name: 'faults', args: [join(root, 'build/faults/run.js'), '--compare'], reader: totalReader, long: true },
  { name: 'audit', args: [join(root, 'scripts/audit.mjs')], reader: totalReader, large: true },
  { name: 'StreamJsonRpc', args: [join(root, 'build/test/dotnet/suite.js')], reader: totalReader },
];

function run(args, onLine) {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: root,
      stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'],
      // The readers look for plain text.
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    let lines = Promise.resolve();
    if (onLine) {
      const reader = createInterface({ input: child.stdout, crlfDelay: Infinity });
      reader.on('line', onLine);
      lines = new Promise((done) => reader.once('close', done));
    }
    child.once('error', (error) => {
      console.error(String(error));
      resolve(1);
    });
    child.once('close', (code) => void lines.then(() => resolve(code ?? 1)));
  });
}

/** ava's own report: tests that passed are not shown, everything else is. Its totals stand at the end, two spaces in. */
function avaReader() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures = [
    /^ {2}(\d+) (?:tests?|hooks?) failed$/,
    /^ {2}(\d+) (?:unhandled rejections?|uncaught exceptions?|tests? remained pending after a timeout)$/,
  ];
  const line = (text) => {
    // Its total of those that passed is left out when something failed.
    if (/^ +[✔√] /u.test(text)) counts.passed++;
    else console.log(text);
    counts.skipped += Number(/^ {2}(\d+) tests? skipped$/.exec(text)?.[1] ?? 0);
    for (const pattern of failures) counts.failed += Number(pattern.exec(text)?.[1] ?? 0);
  };
  return { counts, line };
}

/** A line for each test (`passed NAME`, `failed NAME: why`, `skipped NAME: why`) and last `N passed, N failed`. */
function totalReader() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const line = (text) => {
    const total = /^(\d+) passed, (\d+) failed\b/.exec(text);
    if (total) {
      counts.passed += Number(total[1]);
      counts.failed += Number(total[2]);
    } else if (!text.startsWith('passed ')) {
      if (text.startsWith('skipped ')) counts.skipped++;
      console.log(text);
    }
  };
  return { counts, line };
}

let passed = 0;
let failed = 0;
let skipped = 0;

for (const { name, args, script } of steps) {
  if (script !== undefined && !existsSync(join(root, script))) continue;
  if ((await run(args ?? [join(root, script)])) !== 0) {
    console.log(`step ${name} failed`);
    failed++;
  }
}

for (const { name, args, reader, large, long } of only.length > 0 ? suites.slice(0, 1) : suites) {
  if ((large === true || long === true) && !all) {
    const why = large === true ? 'it fetches from outside' : 'it takes minutes';
    console.log(`suite ${name} left out: ${why}; npm test -- --all runs it`);
    continue;
  }
  const began = Date.now();
  const { counts, line } = reader();
  const code = await run(args, line);
  if (code !== 0 && counts.failed === 0) {
    console.log(`suite ${name} ended with status ${code}`);
    counts.failed++;
  }
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
  console.log(
    `suite ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${Math.round((Date.now() - began) / 1000)} s`,
  );
}

if (skipped > 0) console.log(`${skipped} skipped: see the lines above that say so`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
