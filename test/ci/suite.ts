/**
 * The PowerShell steps of examples/ci in the real PowerShell, on the simulated HCS, as the CI systems call them, the completion
 * script, README's first tour and the examples of the help. A suite of scripts/test.mjs. PowerShell is the .NET tool of NuGet.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandTable } from '#src/cli/commandTable.js';
import { azure, EXAMPLES, github, jenkins, stepOf } from './pipelines.js';
import { installPwsh, PWSH } from './pwsh.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HCS = join(ROOT, 'dist/bin/hcs.cjs');
const BOUND_MS = 120_000;

let passed = 0;
let failed = 0;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A folder as an agent has it: `hcs` and the project's build on the path, a checkout, a temporary folder. */
const folder = mkdtempSync(join(tmpdir(), 'hcs-ci-'));
const path = (...names: string[]): string => join(folder, ...names);
const checkout = path('checkout');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  HOME: path('home'),
  TMPDIR: path('tmp'),
  PATH: `${path('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  WORKSPACE: checkout,
  BUILD_ARTIFACTSTAGINGDIRECTORY: checkout,
  HCS_BACKEND: 'simulator',
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  NO_COLOR: '1',
};
delete env['HCS_HOME'];

interface Told {
  readonly ok: boolean;
  readonly exitCode?: number;
  readonly timedOut?: boolean;
  readonly error?: { readonly code: string };
}

interface Step {
  readonly status: number | null;
  readonly output: string;
  readonly report: Told | undefined;
}

function prepare(): void {
  for (const name of ['bin', 'checkout', 'home', 'tmp']) mkdirSync(path(name));
  const executable = (name: string, text: string): void => {
    writeFileSync(path('bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(path('bin', name), 0o755);
  };
  executable('hcs', `exec "${process.execPath}" "${HCS}" "$@"`);
  executable('build.cmd', 'echo "built: $*"; cat file.txt; exit 3');
  writeFileSync(path('checkout', 'file.txt'), 'of the checkout\n');
  mkdirSync(path('checkout', 'examples'));
  spawnSync('cp', ['-r', EXAMPLES, path('checkout', 'examples', 'ci')]);
}

function pwsh(args: readonly string[]): Step {
  rmSync(path('checkout', 'hcs-report.json'), { force: true });
  const ran = spawnSync(PWSH, ['-NoProfile', '-NonInteractive', ...args], {
    cwd: checkout,
    env,
    encoding: 'utf8',
    timeout: BOUND_MS,
  });
  const report = path('checkout', 'hcs-report.json');
  return {
    status: ran.status,
    output: `${ran.stdout}${ran.stderr}`,
    report: existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Told) : undefined,
  };
}

/** As the runner of GitHub Actions does: dot-sourced, with the exit code of the last program; PowerShell makes any failure a 1 of it. */
function asGithub(script: string): Step {
  const file = path('step.ps1');
  const last = 'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }';
  writeFileSync(file, `$ErrorActionPreference = 'stop'\n${script}\n${last}\n`);
  return pwsh(['-Command', `. '${file}'`]);
}

/** As the PowerShell steps of Azure Pipelines and Jenkins do. */
function asFile(script: string): Step {
  const file = path('step.ps1');
  writeFileSync(file, script);
  return pwsh(['-File', file]);
}

function check(name: string, step: Step, ...conditions: readonly (readonly [string, boolean])[]): void {
  const wrong = conditions.filter(([, holds]) => !holds).map(([what]) => what);
  const left = readdirSync(path('tmp')).filter((entry) => /^hostcompute-[0-9a-f]{32}$/.test(entry));
  if (left.length > 0) wrong.push(`left behind ${left.join(', ')}`);
  if (wrong.length === 0) {
    passed++;
    say(`passed ${name}`);
    return;
  }
  failed++;
  say(
    `failed ${name}: not ${wrong.join('; not ')}; status ${step.status ?? 'none'}: ${step.output.replace(/\s+/g, ' ')}`,
  );
}

const built = (step: Step): readonly (readonly [string, boolean])[] => [
  ['the program’s output', step.output.includes('built: test\nof the checkout\n')],
  ['the exit code in words', step.output.includes('in-container: exit code 3 (0x00000003)')],
  ['the report', step.report?.ok === true && step.report.exitCode === 3],
];
const script = (line: string): string => `./examples/ci/in-container.ps1 ${line}\nexit $LASTEXITCODE\n`;

function run(): void {
  const windows = github().jobs['windows']?.steps ?? [];
  const step = asGithub(stepOf(windows, 'Test').run ?? '');
  check(
    'the test step of the GitHub workflow fails as its program does',
    step,
    ['a failure', step.status === 1],
    ...built(step),
  );
  const looked = asGithub(stepOf(windows, 'Check the agent').run ?? '');
  check(
    'the step that checks the agent says what is there',
    looked,
    ['success', looked.status === 0],
    ['a list', /^ok +node/m.test(looked.output)],
  );

  const inAzure = asFile(stepOf(azure().jobs[0]?.steps ?? [], 'Test').pwsh ?? '');
  check(
    'the test step of the Azure pipeline has its program’s exit code',
    inAzure,
    ['3', inAzure.status === 3],
    ...built(inAzure),
  );
  const inJenkins = asFile(jenkins()[1] ?? '');
  check(
    'the test step of the Jenkinsfile has its program’s exit code',
    inJenkins,
    ['3', inJenkins.status === 3],
    ...built(inJenkins),
  );

  const hard = asFile(script(`-- sh -c 'printf "%s|" "$@"' x 'a b' 'c"d' '' 'größe' '-x' '--json'`));
  check(
    'hard arguments reach the program as they are',
    hard,
    ['success', hard.status === 0],
    ['them', hard.output.includes('a b|c"d||größe|-x|--json|')],
  );
  const slow = asFile(script('-MaxTime 300ms -- sleep 600'));
  check(
    'a program that takes too long is ended',
    slow,
    ['124', slow.status === 124],
    ['told', slow.report?.timedOut === true],
    ['in words', slow.output.includes('longer than 300ms')],
  );
  const absent = asFile(script('-- no-such-program'));
  check(
    'a program that is not there',
    absent,
    ['127', absent.status === 127],
    ['told', absent.report?.error?.code === 'processCannotStart'],
  );
  const wrong = asFile(script('-Memory lots -- true'));
  check(
    'an option that is wrong',
    wrong,
    ['2', wrong.status === 2],
    ['told', /--memory: expected a size/.test(wrong.output)],
    ['no report', wrong.report === undefined],
  );
  const strict = asFile(
    `$PSNativeCommandUseErrorActionPreference = $true\n$ErrorActionPreference = 'Stop'\n${script('-- sh -c "exit 7"')}`,
  );
  check('an exit code is a result also where errors of programs stop scripts', strict, ['7', strict.status === 7]);
}

/** What Tab offers for each line, in the real PowerShell with the script of `hcs completion powershell`. */
function completion(): void {
  const lines: readonly (readonly [line: string, offered: string])[] = [
    ['hcs st', 'start,stop,state,stats'],
    ['hcs engine re', 'restart'],
    ['hcs run --isolation ', 'process,hyperv'],
    ['hcs run --isolation=h', '--isolation=hyperv'],
    ['hcs stop --t', '--time,--timeout'],
    ['hcs list | ForEach-Object { hcs st', 'start,stop,state,stats'],
    ['hcs create --spec ./s', "'./spec file.json'"],
    ['hcs stop w', 'web'],
  ];
  writeFileSync(path('checkout', 'spec file.json'), '{}');
  const words = lines.map(([line]) => `'${line.replaceAll("'", "''")}'`).join(', ');
  const step = asFile(`$env:HCS_HOME = '${path('live')}'
hcs run -d --id web sleep 600 | Out-Null
hcs completion powershell | Out-String | Invoke-Expression
foreach ($line in ${words}) {
  # An engine that is not quick enough on a busy machine is not waited for: again.
  foreach ($try in 1..40) {
    $offered = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText -join ','
    if ($offered) { break }
  }
  Write-Output "$line -> $offered"
}
hcs delete --force web | Out-Null
hcs engine stop | Out-Null
`);
  for (const [line, offered] of lines) {
    check(`Tab after "${line}"`, step, [`-> ${offered}`, step.output.split(/\r?\n/).includes(`${line} -> ${offered}`)]);
  }
}

/** The first tour of README, as it stands there but for the verb that follows without an end. */
function tour(): void {
  const [, lines = ''] = /```powershell\n([^]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const step = asFile(`$ErrorActionPreference = 'Stop'
$env:HCS_HOME = '${path('tour')}'
${lines.replace('events --follow |', 'events --follow --after 0 | Select-Object -First 3 |')}
Write-Output "captured: $($r.exitCode) $($r.stdout)"
hcs engine stop | Out-Null
`);
  check(
    'the first tour of README does what it says',
    step,
    ['success', step.status === 0],
    ['the output and code of run', /^hello ?\r?\n3\r?$/m.test(step.output)],
    ['the running container', /^status +: running/m.test(step.output)],
    ['what exec captured', /^captured: 0 \s*Microsoft Windows/m.test(step.output)],
    ['events', /^create\r?\nstart\r?$/m.test(step.output)],
    ['the end', step.output.includes('"schema":"hostcompute.delete/v1","ok":true')],
  );
}

/** PowerShell's own parser reads each example of the help. */
async function examples(): Promise<void> {
  const { commands } = await commandTable();
  const lines = commands.flatMap(({ name, examples: all }) =>
    all.filter(({ shell }) => shell === 'powershell').map(({ line }) => ({ name, line })),
  );
  writeFileSync(path('lines.json'), JSON.stringify(lines.map(({ line }) => line)));
  const step = asFile(`$ErrorActionPreference = 'Stop'
foreach ($line in (Get-Content -Raw '${path('lines.json')}' | ConvertFrom-Json)) {
  $errors = $null
  [void][System.Management.Automation.Language.Parser]::ParseInput($line, [ref]$null, [ref]$errors)
  foreach ($one in $errors) { Write-Output "$line -> $($one.Message)" }
}
Write-Output 'all read'
`);
  check(
    `the ${lines.length} PowerShell examples of the help can be read`,
    step,
    ['one for each verb', lines.length >= commands.length],
    ['all', step.output.trim() === 'all read'],
  );
}

const missing = installPwsh();
if (missing === undefined) {
  try {
    prepare();
    run();
    completion();
    tour();
    await examples();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
} else say(`skipped PowerShell itself: ${missing}`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
