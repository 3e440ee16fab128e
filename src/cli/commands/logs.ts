import { flag, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { listing, status } from '../output/outcome.js';
import { schemaOf } from '../output/render.js';
import { write } from '../output/write.js';
import { duration } from '../parse/duration.js';
import { moment } from '../parse/names.js';
import { integer } from '../parse/numbers.js';
import type { Context } from '../context.js';
import { isOfDead, sharedConnections } from '../foreground/connections.js';
import { followTime } from '../foreground/followTime.js';
import type { Client, LogEntry } from '../../rpc/client/index.js';
import { execField, execOption, idPositional } from './shared.js';

type LogRequest = Parameters<Client['logs']>[0];

interface Shown {
  readonly stream: 'stdout' | 'stderr';
  readonly time: string;
  readonly offset: number;
  readonly text?: string;
  readonly base64?: string;
}

/** Text where the bytes are UTF-8, else base64: as `container/logs` has it. */
function shown({ stream, time, offset, data }: LogEntry): Shown {
  try {
    return { stream, time, offset, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data) };
  } catch {
    return { stream, time, offset, base64: Buffer.from(data).toString('base64') };
  }
}

/** Puts the time before each line; a line may come in pieces. */
class Stamper {
  private readonly midLine = { stdout: false, stderr: false };

  stamp({ stream, time, data }: LogEntry): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    while (at < data.length) {
      const end = data.indexOf(10, at) + 1;
      const line = data.subarray(at, end === 0 ? data.length : end);
      if (!this.midLine[stream]) parts.push(Buffer.from(`${time} `));
      parts.push(line);
      this.midLine[stream] = end === 0;
      at += line.length;
    }
    return Buffer.concat(parts);
  }
}

/** What the log has and, when it is followed, gets, also over the death of an engine: then what was seen already is left out. */
async function* entriesOf(client: Client, asked: LogRequest, context: Context): AsyncGenerator<LogEntry> {
  const connections = sharedConnections(context, client);
  const next = { stdout: 0, stderr: 0 };
  let request = asked;
  for (;;) {
    const current = connections.current();
    try {
      for await (const entry of current.logs(request)) {
        const known = Math.max(0, next[entry.stream] - entry.offset);
        if (known >= entry.data.length) continue;
        const fresh = { ...entry, offset: entry.offset + known, data: entry.data.subarray(known) };
        next[entry.stream] = fresh.offset + fresh.data.length;
        request = { ...asked, since: entry.time };
        delete (request as { tail?: number }).tail;
        yield fresh;
      }
      return;
    } catch (e) {
      if (asked.follow !== true || !(await isOfDead(current, e))) throw e;
      await connections.renew(current);
    }
  }
}

async function pass(entries: AsyncIterable<LogEntry>, timestamps: boolean, context: Context): Promise<void> {
  const stamper = new Stamper();
  for await (const entry of entries) {
    const sink = entry.stream === 'stdout' ? context.host.stdout : context.host.stderr;
    await write(sink, timestamps ? stamper.stamp(entry) : entry.data);
  }
}

export default defineCommand({
  name: 'logs',
  aliases: ['log'],
  describe: 'What a program has written',
  group: 'Observing',
  options: {
    follow: flag('go on with what it writes from now on', { short: 'f' }),
    tail: value('N', 'only the last N lines', { short: 'n', parse: integer(0) }),
    since: value('TIME', 'only what was written since: a time, or how long ago such as 10m', {
      parse: moment(Date.now, duration),
    }),
    timestamps: flag('the time before each line', { short: 't' }),
    ...execOption,
  },
  positionals: [idPositional],
  streams: 'program',
  examples: [
    { shell: 'sh', line: 'hcs logs web --tail 20 --follow', about: 'the last lines and what comes' },
    {
      shell: 'powershell',
      line: '(hcs logs web --json | ConvertFrom-Json).items.text',
      about: 'with times and streams as objects',
    },
  ],
  notes: [
    'What the program wrote to its stderr goes to stderr. With --follow, --timeout bounds the whole: status 124 after that time, and a line on stderr.',
    'With --json an item is a piece as it was written: a stream, a time, and text, which may hold several lines or a part of one.',
  ],
  async handler({ options, words: { id = '' } }, context) {
    const client = await context.connect();
    const { signal, outcome } = options.follow
      ? followTime(context)
      : { signal: context.signal, outcome: () => undefined };
    const entries = entriesOf(
      client,
      {
        id,
        ...execField(options['exec-id']),
        ...(options.tail === undefined ? {} : { tail: options.tail }),
        ...(options.since === undefined ? {} : { since: options.since }),
        follow: options.follow,
        signal,
      },
      context,
    );
    const plain = !context.modeAsked || context.mode === 'table' || context.mode === 'quiet';
    if (plain || options.follow || context.mode === 'ndjson') {
      try {
        if (plain) await pass(entries, options.timestamps, context);
        else for await (const entry of entries) await context.line({ schema: schemaOf('log'), ...shown(entry) });
      } catch (e) {
        // Ctrl+C is how following ends.
        if (!options.follow || !signal.aborted) throw e;
      }
      return outcome() ?? status(0);
    }
    const items: Shown[] = [];
    for await (const entry of entries) items.push(shown(entry));
    return listing('logs', items, { extra: { id }, quiet: (item) => item.text ?? '', empty: '', columns: [] });
  },
});
