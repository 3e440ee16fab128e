/**
 * Every verb for real, each document held against the JSON Schema that `hcs schema` prints of it, by a validator that is not ours.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import test, { type ExecutionContext } from 'ava';
import { Home } from './support.js';

interface NamedSchema {
  readonly noun: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Runs verbs and checks each document; remembers which nouns were seen. */
class Checked {
  readonly seen = new Set<string>();
  private constructor(
    private readonly t: ExecutionContext,
    readonly home: Home,
    readonly schemas: ReadonlyMap<string, ValidateFunction>,
  ) {}

  static async make(t: ExecutionContext): Promise<Checked> {
    const home = await Home.make(t);
    const { schemas } = (await home.json(['schema', '--json'])) as unknown as { schemas: readonly NamedSchema[] };
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
    return new Checked(t, home, new Map(schemas.map(({ noun, schema }) => [noun, ajv.compile(schema)])));
  }

  check(text: string, line: string): Record<string, unknown> {
    this.t.regex(text, /^[\x20-\x7e]+$/, line);
    const document = JSON.parse(text) as Record<string, unknown>;
    const noun = /^hostcompute\.([a-z-]+)\/v1$/.exec(String(document['schema']))?.[1] ?? `no schema: ${line}`;
    const validate = this.schemas.get(noun);
    this.seen.add(noun);
    this.t.true(validate?.(document) === true, `${line}: ${noun}: ${JSON.stringify(validate?.errors)} ${text}`);
    return document;
  }

  /** One document, one line, nothing on stderr when it is a success. */
  async run(argv: readonly string[], input?: string): Promise<Record<string, unknown>> {
    const line = argv.join(' ');
    const ran = await this.home.hcs([...argv], input);
    this.t.true(ran.stdout.endsWith('\n'), `${line}: ${ran.stderr}`);
    const document = this.check(ran.stdout.slice(0, -1), line);
    if (document['ok'] === true) this.t.is(ran.stderr, '', line);
    else if (document['schema'] === 'hostcompute.error/v1') this.t.regex(ran.stderr, /^hcs: [^\n]+\n$/, line);
    if (document['ok'] === true && !('exitCode' in document)) this.t.is(ran.status, 0, line);
    return document;
  }

  /** What a following verb prints until its time is over. */
  async follow(argv: readonly string[], lines: number): Promise<void> {
    const child = this.home.start(argv);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      // Once: the second Ctrl+C leaves at once.
      if (!child.killed && text.split('\n').length > lines) child.kill('SIGINT');
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    this.t.is(status, 0, argv.join(' '));
    for (const line of text.trimEnd().split('\n')) this.check(line, argv.join(' '));
  }
}

test('each document of each verb is as its schema says, and each schema is of a document that was seen', async (t) => {
  t.timeout(300_000);
  const checked = await Checked.make(t);
  const run = (...argv: string[]): Promise<Record<string, unknown>> => checked.run(argv);
  const base = join(checked.home.folder, 'layers', 'base');
  const scratch = join(checked.home.folder, 'layers', 'scratch');
  await mkdir(join(base, 'Files'), { recursive: true });
  const unpacked = join(checked.home.folder, 'unpacked');
  await mkdir(join(unpacked, 'Files'), { recursive: true });

  await run('version');
  await run('schema', 'list');
  await run('help', '--json');
  await run('complete', '--json', '--', 'hcs', 'st');
  await run('completion', 'powershell', '--json');
  await run('doctor');
  await run('engine', 'status');
  await run('engine', 'start');
  await run('engine', 'restart');
  await run('engine', 'logs');
  await run('info');

  await run('create', '--id', 'made', '--label', 'größe=漢字\u007f', 'sleep', '600');
  await run('state', 'made');
  await run('start', 'made');
  await run('run', '-d', '--id', 'vm', '--isolation', 'hyperv', '-t', '-i', 'sleep', '600');
  t.like(await run('run', '--rm', '--json', '--', 'sh', '-c', 'echo ä; printf "\\377" >&2; exit 300'), {
    stdout: 'ä\n',
    stderrBase64: '/w==',
  } as never);
  await run('exec', '--json', 'made', 'echo', 'hi');
  await run('exec', '-d', '--exec-id', 'job', '-i', 'made', 'cat');
  // Its document is the report, of one that leaves and of one that stays to the end.
  const attach = async (...how: string[]): Promise<void> => {
    const report = join(checked.home.folder, 'report.json');
    const { stderr } = await checked.home.hcs(['attach', ...how, '--report', report, 'made', '--exec-id', 'job'], 'in');
    t.is(stderr, '');
    checked.check((await readFile(report, 'utf8')).trimEnd(), `attach ${how.join(' ')}`);
  };
  await attach('-i', '--keep-stdin');
  await run('close-stdin', 'made', '--exec-id', 'job');
  await attach('--replay');
  await run('wait', 'made', '--exec-id', 'job');
  await run('resize', 'vm', '120x30');
  await run('pause', 'vm');
  await run('resume', 'vm');
  await run('pause', 'made');
  await run('top', 'made');
  await run('stats');
  await run('stats', 'made');
  await run('list');
  await run('list', '--all');
  await run('logs', '--json', 'made');
  await run('checkpoint', 'made');
  await run('restore');
  await run('sweep', '--dry-run');
  await run('plan', '--spec', '/no/such/file');
  const host = join(checked.home.folder, 'host.json');
  await writeFile(host, '{"build":20348,"cpus":4,"directories":[]}');
  const spec = {
    root: { path: '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\' },
    process: { args: ['cmd'], cwd: 'C:\\' },
    windows: { layerFolders: ['C:\\l\\base', 'C:\\l\\scratch'] },
  };
  await checked.run(['plan', '--spec', '-', '--host', host], JSON.stringify(spec));

  const { id: endpoint } = (await run('endpoint', 'create', 'nat')) as { id: string };
  await run('update', 'made', '--network', endpoint);
  await run('update', 'made', '--remove-network', endpoint);
  await run('endpoint', 'list');
  await run('endpoint', 'delete', endpoint);
  await run('network', 'list');
  const { id: network } = (await run('network', 'create', 'lan')) as { id: string };
  await run('network', 'delete', network);

  await run('layer', 'id', base);
  await run('layer', 'import', join(checked.home.folder, 'layers', 'imported'), '--from', unpacked, '--parent', base);
  await run('layer', 'scratch', scratch, '--parent', base);
  for (const verb of ['activate', 'prepare', 'mount-path', 'unprepare', 'deactivate'])
    await run('layer', verb, scratch);
  await run('layer', 'export', scratch, '--to', join(checked.home.folder, 'exported'));
  await run('layer', 'list');
  await run('layer', 'find');
  const file = join(checked.home.folder, 'disk.vhdx');
  await writeFile(file, '');
  await run('layer', 'grant', 'vm', file);
  await run('layer', 'destroy', scratch);

  await run('simulator', 'status');
  await run('simulator', 'trace', '--tail', '50');
  await run('simulator', 'fault', 'set', 'HcsPauseComputeSystem', '--error', '0xC0370105');
  await run('simulator', 'fault', 'list');
  await run('simulator', 'fault', 'clear');

  await run('kill', 'vm');
  await run('stop', 'made');
  await run('wait', 'vm');
  await run('delete-task', 'made');
  await run('delete', 'vm');
  await run('delete', 'made');
  await run('events');
  await checked.follow(['events', '--follow', '--after', '0'], 5);
  await run('run', '-d', '--id', 'loud', 'sh', '-c', 'echo one; echo two; sleep 600');
  await checked.follow(['logs', '--follow', '--json', 'loud'], 1);
  await checked.follow(['stats', '--follow', '--interval', '50ms'], 2);
  await run('delete', '--force', 'loud');
  await run('engine', 'stop');
  await run('engine', 'uninstall', '--force', '--purge');

  const unseen = [...checked.schemas.keys()].filter((noun) => !checked.seen.has(noun));
  t.deepEqual(unseen, []);
});
