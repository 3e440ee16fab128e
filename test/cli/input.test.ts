/** What becomes of our stdin when the program's is not to be had. */
import { once } from 'node:events';
import test from 'ava';
import type { Runtime } from '#src/core/runtime.js';
import { cli, type CliHost } from '../helpers/cli.js';
import { FakeLogs } from '../rpc/fakeLogs.js';

test('whoever writes to exec -i hears that the program has closed its stdin before it could be opened', async (t) => {
  const logs = new FakeLogs();
  logs.write('web/e1', 'stdout', '');
  let closed: Promise<unknown> | undefined;
  let host: CliHost | undefined;
  const runtime: Partial<Runtime> = {
    exec: () => {
      closed = once(host!.stdin, 'close');
      return Promise.resolve({
        execId: 'e1',
        pid: 8,
        stdio: { stdin: { path: '/nowhere/stdin', token: 'x'.repeat(64) } },
      });
    },
    // The program goes on until nobody writes to it any more.
    wait: async () => {
      await closed;
      logs.end('web/e1', 'stdout', 'stderr');
      return { exitCode: 6, exitedAt: '2026-01-01T00:00:00.000Z' };
    },
  };
  const ran = await cli(t, ['exec', '-i', 'web', 'cmd'], {
    runtime,
    logs,
    stdin: 'never read',
    onHost: (made) => {
      host = made;
    },
  });
  t.deepEqual(ran, { status: 6, stdout: '', stderr: '' });
});
