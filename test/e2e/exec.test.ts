/** What an exec takes over from its container, through every real layer. */
import test from 'ava';
import { Home } from './support.js';

test('an exec of the command line has the environment and folder of init, and options come over them', async (t) => {
  const home = await Home.make(t);
  const made = await home.hcs([
    'run',
    '-d',
    '-i',
    '--id',
    'web',
    '-e',
    'Greeting=hello',
    '-e',
    'WHO=x',
    '-w',
    '/tmp',
    '--',
    'cmd',
  ]);
  t.is(made.status, 0, made.stderr);
  const said = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await home.hcs(['exec', ...args]);
    t.is(status, 0, stderr);
    return stdout;
  };
  const show = ['--', 'sh', '-c', 'echo "$Greeting $GREETING $WHO $PWD"'];
  t.is(await said('web', ...show), 'hello  x /tmp\n');
  t.is(await said('-e', 'WHO=y', '-w', '/', 'web', ...show), 'hello  y /\n');
  // One variable for Windows: init's spelling makes way.
  t.is(await said('-e', 'GREETING=bye', 'web', ...show), ' bye x /tmp\n');
  const explicit = await home.hcs(
    ['exec', '--process', '-', 'web'],
    JSON.stringify({ args: ['sh', '-c', 'echo "[$Greeting]"'], env: ['PATH=/usr/bin:/bin'] }),
  );
  t.is(explicit.stdout, '[]\n', explicit.stderr);
  t.false((await home.hcs(['state', '--json', 'web'])).stdout.includes('hello'));
});
