/** examples/ci: the pipelines are what their systems read, and the script for agents without Windows runs. PowerShell: test/ci/suite.ts. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { azure, EXAMPLES, github, jenkins, stepOf } from '../ci/pipelines.js';
import { HCS } from './support.js';

test('the GitHub workflow has a Windows and a simulated job, each with its tests and, in any case, the report', (t) => {
  const { jobs } = github();
  t.deepEqual(Object.keys(jobs), ['windows', 'simulated']);
  for (const [name, job] of Object.entries(jobs)) {
    t.regex(job['runs-on'], name === 'windows' ? /^windows-/ : /^ubuntu-/);
    t.true(job['timeout-minutes'] > 0);
    for (const step of job.steps) t.is([step.uses, step.run].filter((part) => part !== undefined).length, 1);
    t.regex(stepOf(job.steps, 'Test').run ?? '', /^\.?\/?examples\/ci\/in-container\.(?:ps1|sh) /);
    t.like(stepOf(job.steps, 'Keep the report'), { if: 'always()', with: { path: 'hcs-report.json' } });
  }
  t.is(jobs['windows']?.defaults?.run.shell, 'pwsh');
});

test('the Azure pipeline runs its tests in PowerShell and publishes the report in any case', (t) => {
  const { pool, jobs } = azure();
  t.regex(pool.vmImage, /^windows-/);
  const steps = jobs[0]?.steps ?? [];
  for (const step of steps) t.is([step.task, step.pwsh].filter((part) => part !== undefined).length, 1);
  t.regex(stepOf(steps, 'Test').pwsh ?? '', /in-container\.ps1 [^]*exit \$LASTEXITCODE/);
  t.is(stepOf(steps, 'Keep the report').condition, 'always()');
});

test('the Jenkinsfile has balanced braces, its tests and the report', async (t) => {
  const text = await readFile(join(EXAMPLES, 'Jenkinsfile'), 'utf8');
  t.is(text.split('{').length, text.split('}').length);
  t.regex(text, /post \{\s+always \{\s+archiveArtifacts artifacts: 'hcs-report\.json'/);
  t.is(jenkins().length, 2);
  t.regex(jenkins()[1] ?? '', /in-container\.ps1 /);
});

/** A folder as an agent has it: `hcs` on the path, a checkout, a temporary folder. */
async function agent(t: ExecutionContext): Promise<{ checkout: string; env: NodeJS.ProcessEnv; temporary: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-ci-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const [bin, checkout, temporary] = ['bin', 'checkout', 'tmp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [bin, checkout, temporary]) await mkdir(one);
  await writeFile(join(bin, 'hcs'), `#!/bin/sh\nexec "${process.execPath}" "${HCS}" "$@"\n`);
  await chmod(join(bin, 'hcs'), 0o755);
  await writeFile(join(checkout, 'file.txt'), 'of the checkout\n');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    TMPDIR: temporary,
    CI: 'true',
  };
  delete env['HCS_HOME'];
  delete env['HCS_BACKEND'];
  return { checkout, env, temporary };
}

const script = join(EXAMPLES, 'in-container.sh');

test('in-container.sh passes the program’s output and exit code on, writes the report, and leaves nothing behind', async (t) => {
  const { checkout, env, temporary } = await agent(t);
  const run = (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile('sh', [script, ...args], { cwd: checkout, env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  t.deepEqual(await run('sh', '-c', 'cat file.txt; echo oh >&2; exit 3'), {
    status: 3,
    stdout: 'of the checkout\n',
    stderr: 'oh\n',
  });
  const report = async (): Promise<unknown> => JSON.parse(await readFile(join(checkout, 'hcs-report.json'), 'utf8'));
  t.like(await report(), { schema: 'hostcompute.run/v1', ok: true, exitCode: 3, timedOut: false, status: 3 } as never);
  t.is((await run('no-such-program')).status, 127);
  t.like(await report(), { ok: false, error: { code: 'processCannotStart' } } as never);
  env['MAX_TIME'] = '200ms';
  t.is((await run('sleep', '600')).status, 124);
  t.like(await report(), { ok: true, timedOut: true } as never);
  t.deepEqual(
    (await readdir(temporary)).filter((name) => name.startsWith('tmp.')),
    [],
  );
});

test('in-container.sh of a job that is cancelled ends the program, writes the report and leaves nothing behind', async (t) => {
  const { checkout, env, temporary } = await agent(t);
  env['REPORT'] = 'out/report.json';
  const child = spawn('sh', [script, 'sh', '-c', 'echo begun; sleep 600'], { cwd: checkout, env });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [status] = (await ended) as [number];
  t.not(status, 0);
  const report = JSON.parse(await readFile(join(checkout, 'out/report.json'), 'utf8')) as object;
  t.like(report, { schema: 'hostcompute.run/v1', interrupted: 'SIGTERM' } as never);
  t.deepEqual(
    (await readdir(temporary)).filter((name) => name.startsWith('tmp.')),
    [],
  );
});
