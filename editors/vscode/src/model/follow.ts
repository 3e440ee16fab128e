/**
 * Follows one connected host into the store: subscribes first and lists then, so that nothing falls between. What the events leave open is
 * asked for, many together as one list.
 */
import type { Client, RuntimeEvent } from 'hostcompute/client';
import type { ContainerStore } from './store.js';

/** From so many on one list is cheaper than a question for each. */
const LIST_FROM = 4;
const GATHER_MS = 20;

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
  const wanted = new Set<string>();

  const ask = async (): Promise<void> => {
    timer = undefined;
    const ids = [...wanted].filter((id) => store.get(id) !== undefined);
    wanted.clear();
    const versions = new Map(ids.map((id) => [id, store.version(id)]));
    const items =
      ids.length < LIST_FROM
        ? (await Promise.allSettled(ids.map((id) => client.state(id)))).flatMap((answer) =>
            // One that is gone meanwhile has its own event.
            answer.status === 'fulfilled' ? [answer.value] : [],
          )
        : (await client.list(false)).items.filter(({ id }) => versions.has(id));
    if (stopped()) return;
    for (const item of items) if (!store.complete(item, versions.get(item.id) ?? -1)) wanted.add(item.id);
    gather();
  };

  const take = (events: readonly RuntimeEvent[]): void => {
    for (const id of store.apply(events)) wanted.add(id);
    gather();
  };

  const gather = (): void => {
    if (wanted.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!stopped()) failed(error);
      });
    }, GATHER_MS);
  };

  const begin = async (): Promise<void> => {
    const subscription = await client.subscribe(
      Number.POSITIVE_INFINITY,
      (events) => {
        if (stopped()) return;
        if (listed) take(events);
        else early.push(...events);
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
