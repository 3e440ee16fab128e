import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { exitSpelling, exitText } from '../output/people.js';
import { visible } from '../output/visible.js';
import type { Client } from '../../rpc/client/index.js';
import { idPositional } from './shared.js';

type Detail = Awaited<ReturnType<Client['state']>>;

type Line = readonly [string, string];

/** What was asked to run, and where; an engine of an earlier version does not tell it. */
function programLines({ program, hostname }: Detail): readonly Line[] {
  const host: readonly Line[] = hostname === undefined ? [] : [['hostname', hostname]];
  if (program === undefined) return host;
  const { commandLine, args, cwd, user, environment } = program;
  return [
    ['command', commandLine ?? args?.join(' ') ?? '-'],
    ['directory', cwd === '' ? '-' : cwd],
    ...(user === undefined ? [] : [['user', user] as const]),
    // Names alone: values are secrets, and the engine keeps them to itself.
    ['environment', environment.join(' ')],
    ...host,
  ];
}

export default defineCommand({
  name: 'state',
  aliases: ['inspect'],
  describe: 'What is known about one container: status, times, program, execs',
  group: 'Observing',
  options: {},
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs state web', about: 'as JSON when piped' },
    { shell: 'powershell', line: '(hcs state web | ConvertFrom-Json).status', about: 'created, running, stopped ...' },
    {
      shell: 'powershell',
      line: '(hcs state web | ConvertFrom-Json).program.commandLine',
      about: 'what it was made to run',
    },
  ],
  notes: [
    'program is what the container was made for: its command line, working directory, user, and the names of its environment. Values are kept for exec and are not told; limits, mounts and layers are in the spec that made it: hcs plan --spec FILE shows what HCS made of them.',
  ],
  async handler({ words: { id = '' } }, context) {
    const client = await context.connect();
    const state = await client.state(id, context.call);
    const pairs = (all: typeof state.labels): string => all.map(({ name, value }) => `${name}=${value}`).join(' ');
    const lines: readonly Line[] = [
      ['id', state.id],
      ['status', state.status],
      ['isolation', state.isolation],
      ['pid', state.pid === 0 ? '-' : String(state.pid)],
      ['created', state.createdAt],
      ['started', state.startedAt ?? '-'],
      ['exited', state.exitedAt ?? '-'],
      ['exit code', state.exitedAt === null ? '-' : exitText(state)],
      ['owner', state.owner],
      ...programLines(state),
      ['labels', pairs(state.labels)],
      ['annotations', pairs(state.annotations)],
      ['bundle', state.bundle ?? '-'],
      ['last error', state.lastError ?? '-'],
      ...state.execs.map(
        (exec) =>
          [
            'exec',
            `${exec.execId} ${exec.status} ${exec.exitedAt === null ? `pid ${exec.pid}` : exitText(exec)}`,
          ] as const,
      ),
    ];
    const text = lines.map(([name, value]) => `${name.padEnd(12)} ${visible(value)}`.trimEnd()).join('\n');
    const spelled = <T extends { readonly exitCode: number | null }>(ended: T) => ({
      ...ended,
      ...exitSpelling(ended.exitCode),
    });
    const body = { ...spelled(state), execs: state.execs.map(spelled) };
    return document('state', body, text, { quiet: state.status });
  },
});
