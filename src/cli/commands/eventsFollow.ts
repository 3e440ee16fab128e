/** `events --follow`: over the death of engines, until Ctrl+C, the time that was given, or the end that was asked for. */
import { isRuntimeError } from '../../core/errors.js';
import type { Client, FeedItem, RuntimeEvent } from '../../rpc/client/index.js';
import type { Context } from '../context.js';
import { followTime } from '../foreground/followTime.js';
import { status, type Outcome } from '../output/outcome.js';

type EventType = RuntimeEvent['type'];

export interface Wanted {
  /** Whether it is shown. */
  readonly shown: (item: FeedItem) => boolean;
  /** Whether it is of the containers that are followed, shown or not. */
  readonly concerned: (item: FeedItem) => boolean;
  /** Enough after an event of these types; an exit is that of the first process. */
  readonly until: readonly EventType[];
  /** Enough after so many that were shown. */
  readonly count: number | undefined;
}

/** Sorts items into shown ones and others, and knows when enough was told. */
export class Sieve {
  private left: number;
  private ended = false;

  constructor(private readonly wanted: Wanted) {
    this.left = wanted.count ?? Number.POSITIVE_INFINITY;
  }

  /** Nothing is to be shown any more. */
  enough(): boolean {
    return this.ended || this.left <= 0;
  }

  /** Whether to show it; not to be asked when there is enough. */
  takes(item: FeedItem): boolean {
    const shown = this.wanted.shown(item);
    if (shown && item.type !== 'resync') this.left--;
    this.ended = this.ends(item);
    return shown;
  }

  private ends(item: FeedItem): boolean {
    if (item.type === 'resync' || !this.wanted.until.includes(item.type) || !this.wanted.concerned(item)) return false;
    return item.type !== 'exit' || item.processId === 'init';
  }
}

/** What `until` waits for of one container may have happened before anybody followed: then it would be waited for in vain. */
async function happened(client: Client, id: string, until: readonly EventType[], context: Context): Promise<boolean> {
  try {
    const { exitedAt } = await client.state(id, context.call);
    return exitedAt !== null && until.includes('exit');
  } catch (e) {
    if (isRuntimeError(e) && e.code === 'notFound' && until.includes('delete')) return true;
    throw e;
  }
}

/** The newest event that there is. */
async function newest(client: Client, context: Context): Promise<number> {
  const { subscriptionId, cursor } = await client.request('events/subscribe', {}, context.call);
  await client.request('events/unsubscribe', { subscriptionId }, context.call);
  return cursor;
}

/** `only`: the one container that is followed. `show` writes an item. */
export async function followEvents(
  client: Client,
  after: number | undefined,
  only: string | undefined,
  wanted: Wanted,
  show: (item: FeedItem) => Promise<void>,
  context: Context,
): Promise<Outcome> {
  const sieve = new Sieve(wanted);
  if (sieve.enough()) return status(0);
  let cursor = after;
  let current = client;
  const { signal, outcome } = followTime(context);
  for (;;) {
    try {
      if (cursor === undefined && only !== undefined && wanted.until.length > 0) {
        cursor = await newest(current, context);
        if (!wanted.until.includes('create') && (await happened(current, only, wanted.until, context)))
          return status(0);
      }
      for await (const item of current.events({ signal, ...(cursor === undefined ? {} : { after: cursor }) })) {
        cursor = item.cursor;
        if (sieve.takes(item)) await show(item);
        if (sieve.enough()) return status(0);
      }
    } catch (e) {
      // Ctrl+C is how following ends. An engine that died is followed by another, which has all its events.
      if (context.signal.aborted) return status(0);
      const overTime = outcome();
      if (overTime !== undefined) return overTime;
      if (!isRuntimeError(e) || e.code !== 'unavailable' || cursor === undefined) throw e;
      current = await context.reconnect();
    }
  }
}
