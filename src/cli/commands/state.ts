import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { exitText } from '../output/people.js';
import { visible } from '../output/visible.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'state',
  aliases: ['inspect'],
  describe: 'All there is to know about one container',
  group: 'Observing',
  options: {},
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs state web', about: 'as JSON when piped' },
    { shell: 'powershell', line: '(hcs state web | ConvertFrom-Json).status', about: 'created, running, stopped ...' },
  ],
  async handler({ words: { id = '' } }, context) {
    const client = await context.connect();
    const state = await client.state(id, context.call);
    const pairs = (all: typeof state.labels): string => all.map(({ name, value }) => `${name}=${value}`).join(' ');
    const lines: readonly (readonly [string, string])[] = [
      ['id', state.id],
      ['status', state.status],
      ['isolation', state.isolation],
      ['pid', state.pid === 0 ? '-' : String(state.pid)],
      ['created', state.createdAt],
      ['started', state.startedAt ?? '-'],
      ['exited', state.exitedAt ?? '-'],
      ['exit code', state.exitedAt === null ? '-' : exitText(state)],
      ['owner', state.owner],
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
    return document('state', { ...state }, text, { quiet: state.status });
  },
});
