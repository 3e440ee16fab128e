import { setTimeout as pause } from 'node:timers/promises';
import { flag, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { isRuntimeError } from '../../core/errors.js';
import type { StatsReport } from '../../core/runtime.js';
import type { Client } from '../../rpc/client/index.js';
import type { Context } from '../context.js';
import { document, listing, status, type ListOutcome, type Outcome } from '../output/outcome.js';
import { seconds, size } from '../output/people.js';
import { envelope } from '../output/render.js';
import { styleOf } from '../output/style.js';
import { write } from '../output/write.js';
import { positiveDuration } from '../parse/duration.js';

/** Figures of one container, or of all that run; one that ends meanwhile is left out. */
async function read(client: Client, id: string | undefined, context: Context): Promise<readonly StatsReport[]> {
  if (id !== undefined) return [await client.stats(id, context.call)];
  const { items } = await client.list(false, context.call);
  const running = items.filter(({ status }) => status === 'running' || status === 'paused');
  const reports = await Promise.all(
    running.map((item) =>
      client.stats(item.id, context.call).catch((e: unknown) => {
        if (isRuntimeError(e) && (e.code === 'notFound' || e.code === 'failedPrecondition')) return undefined;
        throw e;
      }),
    ),
  );
  return reports.filter((report) => report !== undefined);
}

const sum = (report: StatsReport, key: 'bytesReceived' | 'bytesSent'): number =>
  report.network.reduce((total, endpoint) => total + endpoint[key], 0);

const shape = (items: readonly StatsReport[]): ListOutcome =>
  listing('stats', items, {
    quiet: (item) => item.id,
    empty: 'no running containers',
    columns: [
      { title: 'ID', get: (item) => item.id, shrink: true },
      { title: 'CPU', get: (item) => seconds(item.processor.total100ns), align: 'right' },
      { title: 'MEMORY', get: (item) => size(item.memory.privateWorkingSetBytes), align: 'right' },
      { title: 'COMMIT', get: (item) => size(item.memory.commitBytes), align: 'right' },
      { title: 'READ', get: (item) => size(item.storage.readBytes), align: 'right' },
      { title: 'WRITTEN', get: (item) => size(item.storage.writeBytes), align: 'right' },
      { title: 'RECEIVED', get: (item) => size(sum(item, 'bytesReceived')), align: 'right' },
      { title: 'SENT', get: (item) => size(sum(item, 'bytesSent')), align: 'right' },
      { title: 'UP', get: (item) => seconds(item.uptime100ns), align: 'right' },
    ],
  });

const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

async function follow(client: Client, id: string | undefined, everyMs: number, context: Context): Promise<Outcome> {
  const { table } = await import('../output/table.js');
  try {
    for (;;) {
      const reports = await read(client, id, context);
      if (context.mode === 'table') {
        const { columns, empty } = shape(reports);
        const text =
          reports.length === 0 ? empty : table(reports, columns, styleOf(context.host.stdout, context.host.env));
        await write(context.host.stdout, `${context.host.stdout.isTTY === true ? HOME_AND_CLEAR : ''}${text}\n`);
      } else {
        for (const report of reports) await context.line(envelope('stats', { ...report }));
      }
      await pause(everyMs, undefined, { signal: context.signal });
    }
  } catch (e) {
    if (context.signal.aborted) return status(0);
    throw e;
  }
}

export default defineCommand({
  name: 'stats',
  describe: 'Processor, memory, storage and network figures',
  group: 'Observing',
  options: {
    follow: flag('again and again; one JSON object a line, or a table that is drawn anew', { short: 'f' }),
    once: flag('one look, also on a terminal'),
    interval: value('TIME', 'between two looks; default 1s', { parse: positiveDuration }),
  },
  positionals: [{ name: 'id', describe: 'only this container', kind: 'id' }],
  examples: [
    { shell: 'sh', line: 'hcs stats', about: 'a table that is drawn anew on a terminal' },
    { shell: 'powershell', line: '(hcs stats web | ConvertFrom-Json).memory.commitBytes', about: 'one figure' },
  ],
  async handler({ options, words: { id } }, context) {
    const client = await context.connect();
    const live = context.mode === 'table' && context.host.stdout.isTTY === true && !options.once;
    if (options.follow || live) return follow(client, id, options.interval ?? 1000, context);
    const reports = await read(client, id, context);
    const [report] = reports;
    if (id === undefined || report === undefined || context.mode === 'table') return shape(reports);
    return document('stats', { ...report }, '', { quiet: report.id });
  },
});
