/** Secrets that a user hands over are planted, everything is done that could let them out, and then they are looked for everywhere. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Home } from '../helpers/cli.js';

/** Not spelled out here, so that this file itself does not hold what is looked for. */
const plant = (n: number): string => ['planted', 'c0ffee', String(n), 'secret'].join('-');
const SECRETS = [1, 2, 3, 4].map(plant);

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Which secrets are in the command line of which process. */
function inProcessListing(): readonly string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    // Its own command is the one that names them, on purpose of the test: only others count.
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      continue;
    }
    if (SECRETS.some((secret) => text.includes(secret))) found.push(`${pid}: ${text.slice(0, 40)}`);
  }
  return found;
}

const linux = process.platform === 'linux' ? test : test.skip;

linux(
  'values of environments, env-files and credential specs are in no log, trace, bundle, error or process listing',
  async (t) => {
    const home = await Home.make(t);
    home.env['HCS_TRACE'] = 'all';
    const [fromOption, fromFile, credential, ofExec] = SECRETS as [string, string, string, string];
    const envFile = join(home.folder, '..', `env-${process.pid}`);
    writeFileSync(envFile, `FROM_FILE=${fromFile}\n`, { mode: 0o600 });
    t.teardown(async () => (await import('node:fs/promises')).rm(envFile, { force: true }));
    // Over the environment of the command, since its own command line is the caller's business.
    home.env['FROM_OPTION'] = fromOption;
    home.env['OF_EXEC'] = ofExec;
    const told: string[] = [];
    const run = async (...args: string[]): Promise<number | null> => {
      const { status, stdout, stderr } = await home.hcs(args);
      told.push(stdout, stderr);
      return status;
    };
    t.is(await run('run', '-d', '--id', 'a', '-e', 'FROM_OPTION', '--env-file', envFile, '--', 'sleep', '60'), 0);
    t.is(await run('exec', '-e', 'OF_EXEC', 'a', '--', 'true'), 0);
    const spec = {
      ociVersion: '1.0.2',
      process: { args: ['sleep', '60'], cwd: 'C:\\', user: { username: '' }, env: [`E=${fromOption}`] },
      windows: { layerFolders: [], credentialSpec: { CmsPlugins: ['ActiveDirectory'], Secret: credential } },
    };
    const specFile = join(home.folder, 'spec.json');
    writeFileSync(specFile, JSON.stringify(spec), { mode: 0o600 });
    await run('create', '--id', 'b', '--spec', specFile);
    // Failures tell of documents: none of these may quote one.
    await run('simulator', 'fault', 'set', 'HcsCreateComputeSystem', '--error', '0xC037010D', '--count', '1');
    t.not(await run('create', '--id', 'c', '-e', 'FROM_OPTION', '--', 'true'), 0);
    await run('simulator', 'fault', 'set', 'HcsCreateProcess', '--error', '0xC0370109', '--count', '1');
    t.not(await run('exec', '-e', 'OF_EXEC', 'a', '--', 'true'), 0);
    t.not(await run('exec', '-e', 'OF_EXEC', 'a', '--', 'no-such-program'), 0);
    t.not(await run('create', '--id', 'd', '-e', 'FROM_OPTION', '--memory', '1', '--', 'true'), 0);
    t.deepEqual(inProcessListing(), []);
    await run('simulator', 'trace');
    await run('events', '--after', '0');
    await run('list', '--all');
    await run('state', 'a');
    await run('top', 'a');
    await run('doctor', '--bundle', join(home.folder, 'bundle.json'));
    await run('engine', 'logs');
    for (const secret of SECRETS)
      t.deepEqual(
        told.filter((text) => text.includes(secret)).map((text) => text.slice(0, 300)),
        [],
        'in what commands say',
      );

    // The store is where they are kept, for the record of a container; specs are the user's own files.
    const kept = (path: string): boolean => path.startsWith(join(home.folder, 'store')) || path === specFile;
    const files = filesUnder(home.folder).filter((path) => !kept(path));
    for (const name of ['engine.log', 'trace.log', 'bundle.json', 'simulator/service.log'])
      t.true(files.includes(join(home.folder, name)), `${name} is among what was looked through`);
    for (const path of files) {
      const text = readFileSync(path, 'latin1');
      for (const secret of SECRETS) t.false(text.includes(secret), `${path} holds a secret`);
    }
    const trace = readFileSync(join(home.folder, 'trace.log'), 'utf8');
    for (const topic of ['bridge', 'hcs', 'events', 'rpc']) t.regex(trace, new RegExp(` info ${topic} `));
    t.regex(trace, / bridge call=\d+ container="a" operation="HcsCreateProcess" ms=[\d.]+ hresult="0xC0370109"/);
    for (const path of ['engine.json', 'engine.log', 'trace.log', 'bundle.json'])
      t.is(statSync(join(home.folder, path)).mode & 0o777, 0o600, path);
    t.is(statSync(home.folder).mode & 0o777, 0o700);
  },
);
