/** Programs: exit codes, output, input, environment, command lines. All programs are `cmd`, which every target has. */
import assert from 'node:assert/strict';
import { group } from '../check.js';
import type { Target } from '../target.js';

const FACTS = 'hcs-facts 4.4';
const D7 = 'design 7';

const run = (target: Target, options: readonly string[], command: readonly string[], input?: string | Buffer) =>
  target.hcs(['run', '--rm', ...target.base, ...options, '--', ...command], input);

const exitCodes = [0, 1, 2, 7, 42, 125, 126, 127, 255].map(
  (code) =>
    [
      `exit-code-${code}`,
      `a program's exit code ${code} is the command's`,
      D7,
      async (target: Target) => {
        assert.equal((await run(target, [], ['cmd', '/c', `exit ${code}`])).status, code);
      },
    ] as const,
);

const largeCodes = ([256, 1067, 3221225786, 4294967295] as const).map(
  (code) =>
    [
      `wide-exit-code-${code}`,
      `exit code ${code} is told truly in the report; off Windows the status is 255, never 0`,
      D7,
      async (target: Target) => {
        const ran = await run(
          target,
          ['--output', 'json'],
          ['cmd', '/c', `exit ${code > 0x7fffffff ? code - 2 ** 32 : code}`],
        );
        const document = JSON.parse(ran.text) as { exitCode: number; exitCodeHex: string };
        assert.equal(document.exitCode, code);
        assert.equal(Number.parseInt(document.exitCodeHex, 16), code);
        if (process.platform !== 'win32') assert.equal(ran.status, 255);
      },
    ] as const,
);

export const programs = group(
  'process',
  ['container'],
  [
    ...exitCodes,
    ...largeCodes,
    [
      'stdout-is-the-programs',
      'run writes what the program writes, and nothing of its own',
      D7,
      async (target) => {
        const ran = await run(target, [], ['cmd', '/c', 'echo hello']);
        assert.equal(ran.text.replaceAll('\r', ''), 'hello\n');
        assert.equal(ran.stderr, '');
      },
    ],
    [
      'stderr-stays-apart',
      'the two output streams are not mixed',
      'seed Start',
      async (target) => {
        const ran = await run(target, [], ['cmd', '/c', 'echo out&echo err 1>&2']);
        assert.match(ran.text, /^out\s*$/);
        assert.match(ran.stderr, /^err\s*$/);
      },
    ],
    [
      'captured-run',
      'run --output json gives code, stdout and stderr in one document',
      D7,
      async (target) => {
        const ran = await run(target, ['--output', 'json'], ['cmd', '/c', 'echo captured& exit 3']);
        const document = JSON.parse(ran.text) as { ok: boolean; exitCode: number; stdout: string; truncated?: unknown };
        assert.equal(document.exitCode, 3);
        assert.match(document.stdout, /^captured\s*$/);
        assert.equal(ran.status, 3);
      },
    ],
    [
      'report-file',
      'run --report FILE writes the report beside untouched streams',
      D7,
      async (target) => {
        const { mkdtemp, readFile, rm } = await import('node:fs/promises');
        const folder = await mkdtemp(`${(await import('node:os')).tmpdir()}/hcs-conf-report-`);
        try {
          const file = `${folder}/report.json`;
          const ran = await run(target, ['--report', file], ['cmd', '/c', 'echo x& exit 4']);
          assert.equal(ran.status, 4);
          assert.match(ran.text, /^x\s*$/);
          assert.equal((JSON.parse(await readFile(file, 'utf8')) as { exitCode: number }).exitCode, 4);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    ],
    [
      'stdin-is-closed-without-i',
      'a program that reads its input ends at once when -i is not given',
      'field-notes B 10',
      async (target) => {
        const ran = await run(target, [], ['cmd'], 'exit 9\n');
        assert.notEqual(ran.status, 9);
      },
    ],
    [
      'stdin-with-i',
      'run -i carries its input to the program',
      'seed CloseStdin',
      async (target) => {
        const ran = await run(target, ['-i'], ['cmd', '/q'], 'exit 9\r\n');
        assert.equal(ran.status, 9);
      },
    ],
    [
      'stdin-end-half-closes',
      "the end of the input ends the program's input while its output still comes",
      'hcs-facts 4.5',
      async (target) => {
        const ran = await run(target, ['-i'], ['cmd', '/q'], 'echo still here\r\n');
        assert.match(ran.text, /still here/);
      },
    ],
    [
      'environment',
      '-e K=V reaches the program',
      'seed setupEnvironmentVariables',
      async (target) => {
        assert.match(
          (await run(target, ['-e', 'CONF_VALUE=a b=c'], ['cmd', '/c', 'echo %CONF_VALUE%'])).text,
          /^a b=c\s*$/,
        );
      },
    ],
    [
      'environment-non-ascii',
      'values beyond ASCII arrive unharmed',
      'hcs-facts 1.4',
      async (target) => {
        assert.match(
          (await run(target, ['-e', 'CONF_VALUE=Grüße'], ['cmd', '/c', 'set CONF_VALUE'])).text,
          /CONF_VALUE=Gr/,
        );
      },
    ],
    [
      'working-directory',
      '-w sets the working directory',
      'seed Start',
      async (target) => {
        assert.match((await run(target, ['-w', 'C:\\'], ['cmd', '/c', 'cd'])).text, /./);
      },
    ],
    [
      'quoting',
      'an argument with blanks arrives as one',
      'hcs-facts 10.2 command line',
      async (target) => {
        assert.match((await run(target, [], ['cmd', '/c', 'echo', 'a  b'])).text, /a {2}b/);
      },
    ],
    [
      'double-dash-is-optional',
      'options end at the first positional',
      D7,
      async (target) => {
        const ran = await target.hcs(['run', '--rm', ...target.base, 'cmd', '/c', 'exit 6']);
        assert.equal(ran.status, 6);
      },
    ],
    [
      'not-found-is-127',
      'a program that does not exist is 127 and leaves no container',
      'seed Start, moby#38719',
      async (target) => {
        const id = target.id();
        const ran = await target.hcs(['run', '--rm', '--id', id, ...target.base, '--', 'no-such-program-at-all']);
        assert.equal(ran.status, 127);
        assert.equal((await target.hcs(['state', id])).status, 3);
      },
    ],
    [
      'not-found-error-document',
      'the same failure is processCannotStart in a captured run, with the HRESULT',
      D7,
      async (target) => {
        const ran = await run(target, ['--output', 'json'], ['no-such-program-at-all']);
        const { error } = JSON.parse(ran.text) as { error: { code: string; hresult: string } };
        assert.equal(error.code, 'processCannotStart');
        assert.match(error.hresult, /^0x[0-9A-F]{8}$/);
      },
    ],
    [
      'rm-removes',
      'run --rm leaves no container',
      'docker',
      async (target) => {
        const id = target.id();
        await run(target, ['--id', id], ['cmd', '/c', 'exit 0']);
        assert.equal((await target.hcs(['state', id])).status, 3);
      },
    ],
    [
      'without-rm-stays',
      'run without --rm leaves a stopped container with its exit code',
      'docker',
      async (target) => {
        const id = target.id();
        await target.hcs(['run', '--id', id, ...target.base, '--', 'cmd', '/c', 'exit 8']);
        try {
          const { document } = await target.json(['state', id]);
          assert.equal(document['status'], 'stopped');
          assert.equal(document['exitCode'], 8);
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      },
    ],
    [
      'detached',
      'run -d answers before the program ends, and prints the id',
      'docker',
      async (target) => {
        const id = target.id();
        const ran = await target.hcs([
          'run',
          '-d',
          '--id',
          id,
          ...target.base,
          '--',
          'cmd',
          '/c',
          'ping -n 61 127.0.0.1 >NUL',
        ]);
        try {
          assert.equal(ran.status, 0, ran.stderr);
          assert.match(ran.text, new RegExp(id));
          assert.equal((await target.json(['state', id])).document['status'], 'running');
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      },
    ],
    [
      'max-time',
      'run --max-time ends a program that overstays with 124',
      'design 7, timeout 124',
      async (target) => {
        const ran = await run(target, ['--max-time', '1s'], ['cmd', '/c', 'ping -n 61 127.0.0.1 >NUL']);
        assert.equal(ran.status, 124);
      },
    ],
    [
      'large-output',
      'a megabyte of output arrives whole',
      FACTS,
      async (target) => {
        const line = 'x'.repeat(200);
        const ran = await run(target, ['-i'], ['cmd', '/q'], `echo ${line}\r\n`.repeat(5000));
        assert.equal(ran.text.split(line).length - 1, 5000);
      },
    ],
    [
      'logs-keep-the-output',
      'logs gives what the program wrote, after its end',
      D7,
      async (target) => {
        const id = target.id();
        await target.hcs(['run', '--id', id, ...target.base, '--', 'cmd', '/c', 'echo kept']);
        try {
          assert.match((await target.hcs(['logs', id])).text, /^kept\s*$/);
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      },
    ],
    [
      'logs-tail',
      'logs --tail N gives the last N lines',
      D7,
      async (target) => {
        const id = target.id();
        await target.hcs(['run', '--id', id, ...target.base, '--', 'cmd', '/c', 'echo one&echo two&echo three']);
        try {
          assert.deepEqual(
            (await target.hcs(['logs', '--tail', '2', id])).text
              .split(/\r?\n/)
              .filter(Boolean)
              .map((l) => l.trim()),
            ['two', 'three'],
          );
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      },
    ],
  ],
);

export const execs = group(
  'exec',
  ['container'],
  [
    ...[0, 5, 200].map(
      (code) =>
        [
          `exit-code-${code}`,
          `exec passes on the exit code ${code}`,
          D7,
          (target: Target) =>
            target.withRunning(async (id) => {
              assert.equal((await target.hcs(['exec', id, '--', 'cmd', '/c', `exit ${code}`])).status, code);
            }),
        ] as const,
    ),
    [
      'output',
      'exec writes what its program writes',
      'seed Exec',
      (target) =>
        target.withRunning(async (id) => {
          assert.match((await target.hcs(['exec', id, '--', 'cmd', '/c', 'echo inside'])).text, /^inside\s*$/);
        }),
    ],
    [
      'stdin',
      'exec -i carries input, and its end ends it',
      'field-notes B 10',
      (target) =>
        target.withRunning(async (id) => {
          assert.equal((await target.hcs(['exec', '-i', id, '--', 'cmd', '/q'], 'exit 11\r\n')).status, 11);
        }),
    ],
    [
      'environment',
      'exec -e adds to the environment of that process alone',
      'seed Exec',
      (target) =>
        target.withRunning(async (id) => {
          assert.match(
            (await target.hcs(['exec', '-e', 'ONLY=here', id, '--', 'cmd', '/c', 'echo %ONLY%'])).text,
            /^here\s*$/,
          );
          assert.doesNotMatch((await target.hcs(['exec', id, '--', 'cmd', '/c', 'echo %ONLY%'])).text, /here/);
        }),
    ],
    [
      'not-found-is-127',
      'an exec of a program that does not exist is 127, and the container runs on',
      'hcs-facts 11 (hcsshim#674)',
      (target) =>
        target.withRunning(async (id) => {
          assert.equal((await target.hcs(['exec', id, '--', 'no-such-program-at-all'])).status, 127);
          assert.equal((await target.json(['state', id])).document['status'], 'running');
        }),
    ],
    [
      'refused-when-created',
      'exec into a container that was not started is refused (125) as failedPrecondition',
      'seed bug B16',
      (target) =>
        target.withContainer(['cmd', '/c', 'exit 0'], async (id) => {
          const ran = await target.hcs(['exec', '--output', 'json', id, '--', 'cmd', '/c', 'exit 0']);
          assert.equal(ran.status, 125);
          assert.equal((JSON.parse(ran.text) as { error: { code: string } }).error.code, 'failedPrecondition');
        }),
    ],
    [
      'refused-when-stopped',
      'exec into a stopped container is refused',
      'seed bug B16',
      (target) =>
        target.withRunning(async (id) => {
          await target.hcs(['kill', id]);
          await target.hcs(['wait', id]);
          assert.equal((await target.hcs(['exec', id, '--', 'cmd', '/c', 'exit 0'])).status, 125);
        }),
    ],
    [
      'unknown-container',
      'exec into an unknown container is an own failure: 125, notFound',
      D7,
      async (target) => {
        const ran = await target.hcs(['exec', '--output', 'json', 'nobody', '--', 'cmd']);
        assert.equal(ran.status, 125);
        assert.equal((JSON.parse(ran.text) as { error: { code: string } }).error.code, 'notFound');
      },
    ],
    [
      'detached-and-waited',
      'exec -d answers at once, wait --exec-id gives its exit code',
      D7,
      (target) =>
        target.withRunning(async (id) => {
          assert.equal(
            (await target.hcs(['exec', '-d', '--exec-id', 'job', id, '--', 'cmd', '/c', 'exit 13'])).status,
            0,
          );
          assert.equal((await target.json(['wait', '--exec-id', 'job', id])).document['exitCode'], 13);
        }),
    ],
    [
      'id-in-use',
      'a second exec with the id of a running one is refused with 4',
      'seed bug B16',
      (target) =>
        target.withRunning(async (id) => {
          const command = [id, '--', 'cmd', '/c', 'ping -n 61 127.0.0.1 >NUL'];
          assert.equal((await target.hcs(['exec', '-d', '--exec-id', 'twin', ...command])).status, 0);
          const again = await target.hcs(['exec', '-d', '--json', '--exec-id', 'TWIN', ...command]);
          assert.equal((JSON.parse(again.text) as { error: { code: string } }).error.code, 'alreadyExists');
        }),
    ],
    [
      'id-is-free-again',
      'an exec id can be used again after its exit was told',
      'field-notes F.4 f',
      (target) =>
        target.withRunning(async (id) => {
          for (const code of [1, 2]) {
            const ran = await target.hcs(['exec', '--exec-id', 'again', id, '--', 'cmd', '/c', `exit ${code}`]);
            assert.equal(ran.status, code);
          }
        }),
    ],
    [
      'kill-exec',
      'any signal ends an exec, and the container runs on',
      'seed SignalProcess',
      (target) =>
        target.withRunning(async (id) => {
          await target.hcs(['exec', '-d', '--exec-id', 'job', id, '--', 'cmd', '/c', 'ping -n 61 127.0.0.1 >NUL']);
          assert.equal((await target.hcs(['kill', '--exec-id', 'job', id])).status, 0);
          assert.equal((await target.json(['wait', '--exec-id', 'job', id])).document['exitCode'], 1067);
          assert.equal((await target.json(['state', id])).document['status'], 'running');
        }),
    ],
    [
      'container-end-ends-execs',
      'an exec ends when its container is killed',
      'field-notes B 11',
      (target) =>
        target.withRunning(async (id) => {
          const exec = target.hcs(['exec', id, '--', 'cmd', '/c', 'ping -n 101 127.0.0.1 >NUL']);
          const runs = async (): Promise<boolean> =>
            ((await target.json(['state', id])).document['execs'] as { status: string }[]).some(
              (e) => e.status === 'running',
            );
          for (let look = 0; !(await runs()); look++) {
            assert.ok(look < 100, 'the exec never ran');
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          await target.hcs(['kill', id]);
          assert.notEqual((await exec).status, 0);
        }),
    ],
    [
      'inherits-environment',
      'exec has the environment of init, with -e over it, names compared without case',
      'docker exec; docs/decisions/0008',
      (target) =>
        target.withRunning(
          async (id) => {
            const said = async (...options: string[]): Promise<string> =>
              (await target.hcs(['exec', ...options, id, '--', 'cmd', '/c', 'echo %CONF_A%-%CONF_B%'])).text.trim();
            assert.equal(await said(), 'one-two');
            assert.equal(await said('-e', 'conf_b=three'), 'one-three');
          },
          ['-e', 'CONF_A=one', '-e', 'CONF_B=two'],
        ),
    ],
    [
      'a-process-document-is-whole',
      'exec --process FILE has the environment of the file alone',
      'seed Exec',
      (target) =>
        target.withRunning(
          async (id) => {
            const process = { args: ['cmd', '/c', 'echo [%CONF_A%]'], cwd: 'C:\\' };
            const ran = await target.hcs(['exec', '--process', '-', id], JSON.stringify(process));
            assert.equal(ran.text.trim(), '[%CONF_A%]');
          },
          ['-e', 'CONF_A=one'],
        ),
    ],
    [
      'inherit-over-rpc',
      'container/exec has the environment of init when it asks to inherit, else only its own; no answer shows a value, and state the names alone',
      'design 6, docs/decisions/0008',
      (target) =>
        target.withRunning(
          (id) =>
            target.withClient(async (rpc) => {
              for (const [inherit, wanted] of [
                [true, 'secret-one'],
                [undefined, '%CONF_A%'],
              ] as const) {
                const process = { args: ['cmd', '/c', 'echo %CONF_A%'], cwd: 'C:\\' };
                const started = await rpc.sendRequest<{ execId: string }>('container/exec', {
                  id,
                  process,
                  ...(inherit === undefined ? {} : { inherit }),
                });
                assert.ok(!JSON.stringify(started).includes('CONF_A'));
                await rpc.sendRequest('container/wait', { id, execId: started.execId });
                const { items } = await rpc.sendRequest<{ items: { text?: string }[] }>('container/logs', {
                  id,
                  execId: started.execId,
                });
                assert.equal(
                  items
                    .map(({ text }) => text)
                    .join('')
                    .trim(),
                  wanted,
                );
              }
              const state = await rpc.sendRequest<{ program?: { environment: readonly string[] } }>('container/state', {
                id,
              });
              assert.ok(state.program?.environment.includes('CONF_A'));
              assert.ok(!JSON.stringify(state).includes('secret-one'));
            }),
          ['-e', 'CONF_A=secret-one'],
        ),
    ],
    [
      'captured',
      'exec --output json captures like run',
      D7,
      (target) =>
        target.withRunning(async (id) => {
          const ran = await target.hcs(['exec', '--output', 'json', id, '--', 'cmd', '/c', 'echo cap& exit 2']);
          const document = JSON.parse(ran.text) as { exitCode: number; stdout: string };
          assert.equal(document.exitCode, 2);
          assert.match(document.stdout, /^cap\s*$/);
        }),
    ],
  ],
);
