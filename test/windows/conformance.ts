/** The conformance suite on Windows: its runner on node.exe, over the installed command and the simulated service. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, ROOT } from './checks.js';
import type { Installed } from './installed.js';
import { windowsPath, type Wine } from './wine.js';

interface Report {
  readonly results: readonly { readonly id: string; readonly outcome: string; readonly detail?: string }[];
}

/** Parts of the checks' names: those that run without --all. */
const SOME = [
  ...['output/', 'hyperv/', 'rpc/', 'process/detached', 'process/max-time', 'process/large-output', 'process/stdin'],
  ...['exec/kill-exec', 'exec/container-end', 'lifecycle/stop'],
];
const BOUND_MS = 15 * 60_000;
const NOT_STARTED = 'spawn UNKNOWN';

/** What comes out otherwise under Wine, with the reason (docs/simulator.md). A difference that is gone fails, too. */
const DIFFERENCES: ReadonlyMap<string, string> = new Map([
  [
    'output/doctor-is-one-ascii-document',
    'Wine cannot close a folder to others, which doctor tells, so that it is not content',
  ],
  ['process/large-output', "Wine's cmd reads ahead of the lines that it runs, and loses what it has read"],
]);

export async function conformance(wine: Wine, folder: string, installed: Installed, all: boolean): Promise<void> {
  const command = [wine.parts.node, join(installed.root, 'dist/bin/hcs.cjs')].map(windowsPath);
  const run = async (name: string, only: readonly string[]): Promise<Report['results'] | Error> => {
    const report = join(folder, name);
    const ran = await wine.run(
      wine.parts.node,
      [
        windowsPath(join(ROOT, 'build/conformance/run.js')),
        ...['--backend', 'simulator', '--report', windowsPath(report)],
        ...command.flatMap((part) => ['--command', part]),
        ...only.flatMap((part) => ['--only', part]),
      ],
      { boundMs: BOUND_MS },
    );
    if (existsSync(report)) return (JSON.parse(readFileSync(report, 'utf8')) as Report).results;
    return new Error(`status ${String(ran.code)}: ${ran.stdout.toString()}${ran.stderr}`);
  };
  const results = await run('conformance.json', all ? [] : SOME);
  await check('the conformance suite runs to its end on Windows', () => {
    if (results instanceof Error) throw results;
  });
  if (results instanceof Error) return;
  // Wine at times cannot start a process at all, and has no error code for it: such a check has not been made yet.
  const unmade = results.filter(({ detail }) => detail?.includes(NOT_STARTED) === true).map(({ id }) => id);
  const again = unmade.length === 0 ? [] : await run('again.json', unmade);
  const later = new Map((again instanceof Error ? [] : again).map((result) => [result.id, result]));
  for (const { id, outcome, detail } of results.map((result) => later.get(result.id) ?? result)) {
    const difference = DIFFERENCES.get(id);
    await check(`conformance ${id}${difference === undefined ? '' : ` is otherwise: ${difference}`}`, () => {
      const wanted = difference === undefined ? 'passed' : 'failed';
      if (outcome !== wanted) throw new Error(`expected ${wanted}, ${outcome}: ${detail ?? ''}`);
    });
  }
}
