// Makes docs/images/session.svg from a real session: node scripts/make-picture.mjs (needs a build)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const home = mkdtempSync(join(tmpdir(), 'hcs-picture-'));
const env = {
  ...process.env,
  HCS_HOME: home,
  HCS_BACKEND: 'simulator',
  PATH: `${join(root, 'dist/bin')}:${process.env.PATH}`,
};

const session = [
  "hcs run --rm --id hello -- sh -c 'echo hello; exit 7'; echo $?",
  "hcs run -d --id web -- sh -c 'echo serving; sleep 600'",
  'hcs list --output table',
  "hcs exec web -- sh -c 'echo inside; exit 3'; echo $?",
  'hcs stop web --time 2s --output table',
  'hcs events --output table',
  'hcs run --rm --id none no-such-program; echo $?',
];

const lines = [];
try {
  for (const command of session) {
    lines.push({ text: `$ ${command}`, typed: true });
    const shell = `hcs() { "${process.execPath}" "${join(root, 'dist/bin/hcs.cjs')}" "$@"; }; { ${command}; } 2>&1`;
    const out = execFileSync('bash', ['-c', shell], { env, encoding: 'utf8' });
    for (const text of out.trimEnd().split('\n')) lines.push({ text, typed: false });
  }
} finally {
  execFileSync(process.execPath, [join(root, 'dist/bin/hcs.cjs'), 'delete', '--force', 'web'], {
    env,
    stdio: 'ignore',
  });
  execFileSync(process.execPath, [join(root, 'dist/bin/hcs.cjs'), 'engine', 'stop'], { env, stdio: 'ignore' });
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

const columns = 120;
// Browsers fold blanks up, whatever xml:space says.
const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');
const shown = lines.flatMap(({ text, typed }) =>
  (text.match(new RegExp(`.{1,${columns}}(?= |$)|.{1,${columns}}`, 'g')) ?? ['']).map((part) => ({ part, typed })),
);
const height = 24 + shown.length * 19 + 16;
writeFileSync(
  join(root, 'docs/images/session.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="990" height="${height}" role="img" aria-label="A terminal session with hcs">
<rect width="100%" height="100%" rx="8" fill="#16181d"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
${shown.map(({ part, typed }, i) => `<text x="16" y="${32 + i * 19}" fill="${typed ? '#9ecbff' : '#d7dae0'}">${escape(part)}</text>`).join('\n')}
</g>
</svg>
`,
);
