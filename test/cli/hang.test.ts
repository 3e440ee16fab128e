/** An engine that does not answer: every verb hands on its --timeout, and is ended by Ctrl+C. */
import test from 'ava';
import { RuntimeError } from '#src/core/errors.js';
import type { Runtime } from '#src/core/runtime.js';
import { cli, type CliHost } from '../helpers/cli.js';

interface Asked {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Every method of it tells what it was asked with, and answers only when it is cancelled. */
function silent(asked: (context: Asked) => void): Partial<Runtime> {
  const method = (...args: readonly unknown[]): Promise<never> =>
    new Promise((_, reject) => {
      const context = (args.at(-1) ?? {}) as Asked;
      context.signal?.addEventListener('abort', () => {
        reject(new RuntimeError('cancelled', 'cancelled'));
      });
      asked(context);
    });
  const all = new Proxy({}, { get: (_, name) => (name === 'then' || typeof name !== 'string' ? undefined : method) });
  const verbs =
    'create start exec kill stop pause resume wait deleteTask delete list state processes stats resize closeStdin update restore sweep checkpoint';
  return {
    ...Object.fromEntries(verbs.split(' ').map((verb) => [verb, method])),
    layers: all as Runtime['layers'],
    networks: all as Runtime['networks'],
  };
}

const LINES = [
  'create true',
  'run true',
  'run -d true',
  'exec web true',
  'start web',
  'start web db',
  'kill web',
  'stop web',
  'stop web db',
  'pause web',
  'resume web',
  'wait web',
  'delete web',
  'delete-task web',
  'list',
  'list --all',
  'state web',
  'top web',
  'stats',
  'stats web',
  'attach web',
  'resize web 80x25',
  'close-stdin web',
  'update web --network 9d3f8a3e-5b0e-4b49-9d0e-0a4f5a8a1c11',
  'restore',
  'sweep',
  'checkpoint web',
  'layer list',
  'layer find',
  'layer scratch x --parent y',
  'layer activate x',
  'layer prepare x --parent y',
  'layer mount-path x',
  'layer unprepare x',
  'layer deactivate x',
  'layer destroy x',
  'layer import x --from y',
  'layer export x --to y',
  'layer grant vm x',
  'network list',
  'network create lan',
  'network delete lan',
  'endpoint list',
  'endpoint create nat',
  'endpoint delete x',
] as const;

for (const line of LINES) {
  test(`hcs ${line} hands on --timeout, and Ctrl+C ends it with 130 and one document`, async (t) => {
    let host: CliHost | undefined;
    const bounds: unknown[] = [];
    const ran = await cli(t, ['--json', '--timeout', '12345ms', ...line.split(' ')], {
      runtime: silent(({ timeoutMs }) => {
        bounds.push(timeoutMs);
        setImmediate(() => host?.signal('SIGINT'));
      }),
      onHost: (made) => {
        host = made;
      },
    });
    t.is(ran.status, 130, ran.stdout + ran.stderr);
    t.is(bounds[0], 12_345);
    t.regex(ran.stderr, /^hcs: [^\n]+\n$/);
    t.like(JSON.parse(ran.stdout), { ok: false, error: { code: 'cancelled' } });
    // The second Ctrl+C leaves at once; one was enough.
    t.true((host?.left.length ?? 0) <= (line.includes('db') ? 1 : 0));
  });
}

const SPEC = '{"process":{"args":["cmd"],"cwd":"C:\\\\"},"windows":{"layerFolders":["a","b"]}}';
for (const argv of [['events'], ['create', '--dry-run', '--spec', '-']]) {
  test(`hcs ${argv.join(' ')} ends after --timeout though the engine is silent`, async (t) => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const ran = await cli(t, ['--json', '--timeout', '100ms', ...argv], {
      runtime: { eventsList: never, plan: never },
      stdin: SPEC,
    });
    t.is(ran.status, 124, ran.stdout);
    t.like(JSON.parse(ran.stdout), { ok: false, error: { code: 'timeout' } });
  });
}
