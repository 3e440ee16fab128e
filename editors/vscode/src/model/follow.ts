/**
 * Follows one connected host into the store: subscribes first and lists then, so that nothing falls between. What the events leave open is
 * asked for, many together as one list.
 */
import type { Client, RuntimeEvent } from 'hostcompute/client';
import type { ContainerStore } from './store.js';

/** One list is cheaper than a question for each: for so many, when it is no longer than so many rows for each. */
const LIST_FROM = 4;
const ROWS_EACH = 8;
const GATHER_MS = 20;
const ASK_MS = 10_000;

export interface Following {
  /** Resolves when the store has the first list. Rejects when the connection went before. */
  readonly ready: Promise<void>;
  /** No event reaches the store any more. */
  stop(): void;
}

export function follow(client: Client, store: ContainerStore, failed: (error: unknown) => void): Following {
  let over = false;
  const stopped = (): boolean => over;
  /** Events that came before the list. */
  let early: RuntimeEvent[] = [];
  let listed = false;
  let timer: NodeJS.Timeout | undefined;
  let asking = false;
  const wanted = new Set<string>();

  const ask = async (): Promise<void> => {
    const ids = [...wanted].filter((id) => store.get(id) !== undefined);
    wanted.clear();
    const versions = new Map(ids.map((id) => [id, store.version(id)]));
    const items =
      ids.length < Math.max(LIST_FROM, store.size / ROWS_EACH)
        ? (await Promise.allSettled(ids.map((id) => client.state(id, { timeoutMs: ASK_MS })))).flatMap((answer) =>
            // One that is gone meanwhile has its own event.
            answer.status === 'fulfilled' ? [answer.value] : [],
          )
        : (await client.list(false, { timeoutMs: ASK_MS })).items.filter(({ id }) => versions.has(id));
    if (stopped()) return;
    for (const item of items) if (!store.complete(item, versions.get(item.id) ?? -1)) wanted.add(item.id);
  };

  const take = (events: readonly RuntimeEvent[]): void => {
    for (const id of store.apply(events)) wanted.add(id);
    gather();
  };

  // One question after the other: what is wanted meanwhile is asked for together.
  const gather = (): void => {
    if (wanted.size === 0 || asking || stopped()) return;
    asking = true;
    timer = setTimeout(() => {
      ask()
        .catch((error: unknown) => {
          if (!stopped()) failed(error);
        })
        .finally(() => {
          asking = false;
          gather();
        });
    }, GATHER_MS);
  };

  const begin = async (): Promise<void> => {
    const subscription = await client.subscribe(
      Number.POSITIVE_INFINITY,
      (events) => {
        if (stopped()) return;
        // A listener that fails would end the subscription.
        try {
          if (listed) take(events);
          else early.push(...events);
        } catch (error) {
          failed(error);
        }
      },
      (snapshot) => {
        if (stopped()) return;
        early = [];
        store.replaceAll(snapshot);
      },
    );
    if (stopped()) {
      subscription.close();
      return;
    }
    const { items } = await client.list(false);
    if (stopped()) return;
    store.replaceAll(items);
    listed = true;
    take(early);
    early = [];
  };

  return {
    ready: begin(),
    stop() {
      over = true;
      clearTimeout(timer);
    },
  };
}
