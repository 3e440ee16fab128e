import { setTimeout as pause } from 'node:timers/promises';
import { flag, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { isRuntimeError } from '../../core/errors.js';
import type { CallContext, StatsReport } from '../../core/runtime.js';
import type { Client } from '../../rpc/client/index.js';
import type { Context } from '../context.js';
import { document, listing, status, type ListOutcome, type Outcome } from '../output/outcome.js';
import { seconds, size } from '../output/people.js';
import { envelope } from '../output/render.js';
import { styleOf } from '../output/style.js';
import { positiveDuration } from '../parse/duration.js';

/** Figures of one container, or of all that run; one that ends meanwhile is left out. */
async function read(client: Client, id: string | undefined, call: CallContext): Promise<readonly StatsReport[]> {
  if (id !== undefined) return [await client.stats(id, call)];
  const { items } = await client.list(false, call);
  const running = items.filter(({ status }) => status === 'running' || status === 'paused');
  const reports = await Promise.all(
    running.map((item) =>
      client.stats(item.id, call).catch((e: unknown) => {
        if (isRuntimeError(e) && (e.code === 'notFound' || e.code === 'failedPrecondition')) return undefined;
        throw e;
      }),
    ),
  );
  return reports.filter((report) => report !== undefined);
}

const sum = (report: StatsReport, key: 'bytesReceived' | 'bytesSent'): number =>
  report.network.reduce((total, endpoint) => total + endpoint[key], 0);

/** Processor time since the look before, in percent of one processor; unknown at the first look. */
function processorShare(now: StatsReport, before: StatsReport | undefined): string {
  const passed100ns = before === undefined ? 0 : (Date.parse(now.readAt) - Date.parse(before.readAt)) * 10_000;
  if (before === undefined || passed100ns <= 0) return '-';
  const share = (now.processor.total100ns - before.processor.total100ns) / passed100ns;
  return share < 0 ? '-' : `${(share * 100).toFixed(1)} %`;
}

/** `before`: the look before this one, when there is one every now and then. */
const shape = (items: readonly StatsReport[], before?: readonly StatsReport[]): ListOutcome =>
  listing('stats', items, {
    quiet: (item) => item.id,
    empty: 'no running containers',
    columns: [
      { title: 'ID', get: (item) => item.id, shrink: true },
      ...(before === undefined
        ? []
        : [
            {
              title: 'CPU %',
              get: (item: StatsReport) =>
                processorShare(
                  item,
                  before.find(({ id }) => id === item.id),
                ),
              align: 'right' as const,
            },
          ]),
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

/** Looks at each interval until `signal`; a container that was named ends them with its own end. Survives engines. */
async function* looks(
  first: Client,
  id: string | undefined,
  everyMs: number,
  signal: AbortSignal,
  context: Context,
): AsyncGenerator<readonly StatsReport[]> {
  const call = { ...context.call, signal };
  let client = first;
  let seen = false;
  for (;;) {
    let reports: readonly StatsReport[] | undefined;
    try {
      reports = await read(client, id, call);
    } catch (e) {
      if (signal.aborted) return;
      if (!isRuntimeError(e)) throw e;
      const over = e.code === 'notFound' || e.code === 'failedPrecondition';
      if (over && seen) return;
      if (e.code !== 'unavailable') throw e;
      client = await context.reconnect();
      continue;
    }
    seen = true;
    yield reports;
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

/** A table that is drawn anew until q or Ctrl+C; its last state stays behind. */
async function live(client: Client, id: string | undefined, everyMs: number, context: Context): Promise<Outcome> {
  const { stdout, env } = context.host;
  const [{ table }, { openScreen }] = await Promise.all([import('../output/table.js'), import('../output/screen.js')]);
  const screen = openScreen(context.host);
  const signal = AbortSignal.any([context.signal, screen.left]);
  let before: readonly StatsReport[] = [];
  let shown = '';
  try {
    for await (const reports of looks(client, id, everyMs, signal, context)) {
      const { columns, empty } = shape(reports, before);
      shown = reports.length === 0 ? empty : table(reports, columns, styleOf(stdout, env));
      screen.draw(shown);
      before = reports;
    }
  } finally {
    screen.close();
  }
  if (shown !== '') await context.host.print(`${shown}\n`);
  return status(0);
}

async function follow(client: Client, id: string | undefined, everyMs: number, context: Context): Promise<Outcome> {
  for await (const reports of looks(client, id, everyMs, context.signal, context)) {
    if (context.mode === 'table') {
      const { table } = await import('../output/table.js');
      await context.host.print(`${table(reports, shape(reports).columns, styleOf({}, {}))}\n`);
    } else if (context.mode === 'quiet') {
      for (const { id: running } of reports) await context.host.print(`${running}\n`);
    } else {
      for (const report of reports) await context.line(envelope('stats', { ...report }));
    }
  }
  return status(0);
}

export default defineCommand({
  name: 'stats',
  describe: 'Processor, memory, storage and network figures',
  group: 'Observing',
  options: {
    follow: flag('again and again; one JSON object a line, or a table that is drawn anew', { short: 'f' }),
    once: flag('one look, also on a terminal', { aliases: ['no-stream'] }),
    interval: value('TIME', 'between two looks; default 1s', { parse: positiveDuration }),
  },
  positionals: [{ name: 'id', describe: 'only this container', kind: 'id' }],
  examples: [
    { shell: 'sh', line: 'hcs stats', about: 'a table that is drawn anew on a terminal; q leaves it' },
    { shell: 'powershell', line: '(hcs stats web | ConvertFrom-Json).memory.commitBytes', about: 'one figure' },
  ],
  async handler({ options, words: { id } }, context) {
    const client = await context.connect();
    const everyMs = options.interval ?? 1000;
    const terminal = context.mode === 'table' && context.host.stdout.isTTY === true;
    if (terminal && !options.once) return live(client, id, everyMs, context);
    if (options.follow) return follow(client, id, everyMs, context);
    const reports = await read(client, id, context.call);
    const [report] = reports;
    if (id === undefined || report === undefined || context.mode === 'table') return shape(reports);
    return document('stats', { ...report }, '', { quiet: report.id });
  },
});
