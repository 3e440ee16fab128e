/** The completion scripts in real shells, over a real engine. PowerShell's is tried with the module, in the real engine of PowerShell. */
import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { HCS, Home } from '../helpers/cli.js';

/** A shell with `hcs` on its PATH, as a user has it. */
async function shell(t: ExecutionContext, home: Home, program: string, script: string): Promise<string[]> {
  const bin = await mkdtemp(join(tmpdir(), 'hcs-bin-'));
  t.teardown(() => rm(bin, { recursive: true }));
  await writeFile(join(bin, 'hcs'), `#!/bin/sh\nexec '${process.execPath}' '${HCS}' --timeout 5s "$@"\n`);
  await chmod(join(bin, 'hcs'), 0o755);
  const env = { ...home.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  return new Promise((resolve, reject) => {
    execFile(program, ['-c', script], { env, timeout: 30_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.split('\n').filter((line) => line !== ''));
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });
}

/** Each case: the words as readline cuts them, and what is then offered. */
const bashCases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [
    ['engine', 'sta'],
    ['status', 'start'],
  ],
  [['stop', ''], ['web']],
  [
    ['list', '--output', '='],
    ['json', 'ndjson', 'table', 'quiet'],
  ],
  [['list', '--output', '=', 'ta'], ['table']],
  [['run', 'sh', '-'], []],
];

test('bash completes verbs, ids of running containers and values behind a sign', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', '--', 'sleep', '60']);
  for (const [words, offered] of bashCases) {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `source <(hcs completion bash)
      COMP_WORDS=(hcs ${quoted}); COMP_CWORD=${words.length}
      compopt() { :; }
      _hcs; printf '%s\\n' "\${COMPREPLY[@]}"`;
    t.deepEqual(await shell(t, home, 'bash', script), offered, words.join(' '));
  }
  t.regex((await shell(t, home, 'bash', 'source <(hcs completion bash); complete -p hcs')).join(), /-F _hcs hcs/);
  const files = (words: string, at: number): Promise<string[]> =>
    shell(
      t,
      home,
      'bash',
      `source <(hcs completion bash); compopt() { echo "compopt $*"; }
       COMP_WORDS=(hcs ${words}); COMP_CWORD=${at}; _hcs`,
    );
  t.deepEqual(await files('stop nosuch', 2), ['compopt +o default']);
  t.deepEqual(await files('run sh x', 3), []);
});

const hasZsh = spawnSync('zsh', ['-c', 'true']).status === 0;

(hasZsh ? test : test.skip)('zsh completes with tooltips', async (t) => {
  const home = await Home.make(t);
  await home.hcs(['run', '-d', '--id', 'web', '--', 'sleep', '60']);
  const ask = (words: string, current: number): Promise<string[]> =>
    shell(
      t,
      home,
      'zsh',
      `compdef() { :; }; source <(hcs completion zsh)
      _describe() { print -l -- $plain }; compadd() { print -l -- "$@" }; _default() { print default }
      words=(hcs ${words}); CURRENT=${current}; _hcs`,
    );
  t.deepEqual(await ask('engine sta', 3), [
    'status:Whether the engine runs, and which; starts none',
    'start:Start the engine if it does not run; every verb that needs it does the same',
  ]);
  t.regex((await ask("stop ''", 3)).join('\n'), /^web:running, pid \d+, process, created \d+s ago$/);
  t.deepEqual(await ask("run sh ''", 4), ['default']);
  t.deepEqual(await ask('stop nosuch', 3), []);
});

test('completion for a shell that we do not know is refused', async (t) => {
  const home = await Home.make(t);
  const ran = await home.hcs(['completion', 'fish']);
  t.is(ran.status, 2);
  t.like(JSON.parse(ran.stdout), {
    ok: false,
    error: { issues: [{ expected: 'powershell, bash, zsh', got: 'fish' }] },
  });
});
