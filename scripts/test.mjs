// Builds, then runs every suite. The last line is `N passed, N failed`, over all suites; the exit code is 0 when nothing failed.
// Arguments are handed to ava: node scripts/test.mjs build/test/store/store.test.js
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
];

/**
 * Suites: programs that speak TAP on stdout (`ok`, `not ok`), or print `N passed, N failed` as their last line and `failed NAME: ...`
 * for what failed.
 */
const only = process.argv.slice(2);
const suites = [
  { name: 'ava', args: [bin('ava/entrypoints/cli.mjs'), '--tap', ...only] },
  ...(only.length > 0 ? [] : [{ name: 'conformance', args: [join(root, 'build/conformance/run.js')] }]),
];

function run(args, onLine) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'] });
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

/** Counts TAP results and shows what is not plainly good: failures with their details, skips, comments. */
function tapCounter() {
  const counts = { passed: 0, failed: 0 };
  let shown = false;
  const onLine = (line) => {
    const result = /^(not )?ok \d+/.exec(line);
    const total = /^(\d+) passed, (\d+) failed\b/.exec(line);
    if (total) {
      counts.passed += Number(total[1]);
      counts.failed += Number(total[2]);
    } else if (result && / # (SKIP|TODO)\b/.test(line)) {
      console.log(line);
      shown = false;
    } else if (result) {
      shown = result[1] !== undefined;
      counts[shown ? 'failed' : 'passed']++;
      if (shown) console.log(line);
    } else if (/^(passed|skipped) /.test(line)) {
      shown = false;
      if (line.startsWith('skipped')) console.log(line);
    } else if (shown || (!line.startsWith(' ') && !/^(TAP|\d+\.\.\d+|# (tests|pass|fail|skip|todo)\b|$)/.test(line))) {
      console.log(line);
    }
  };
  return { counts, onLine };
}

let passed = 0;
let failed = 0;

for (const { name, args, script } of steps) {
  if (script !== undefined && !existsSync(join(root, script))) continue;
  if ((await run(args ?? [join(root, script)])) !== 0) {
    console.log(`step ${name} failed`);
    failed++;
  }
}

for (const { name, args } of suites) {
  const { counts, onLine } = tapCounter();
  const code = await run(args, onLine);
  if (code !== 0 && counts.failed === 0) {
    console.log(`suite ${name} ended with status ${code}`);
    counts.failed++;
  }
  passed += counts.passed;
  failed += counts.failed;
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
