/** For what outlives an engine: the next one takes up what still runs, so whoever waits or follows asks again. */
import { setTimeout as pause } from 'node:timers/promises';
import { isRuntimeError } from '../../core/errors.js';
import type { Client } from '../../rpc/client/index.js';
import type { Context } from '../context.js';

/** The present connection, and how to get a new one when it has died. */
export interface Connections {
  readonly current: () => Client;
  readonly renew: (dead: Client) => Promise<Client>;
}

/** One connection for all who share it: the first to find it dead makes the new one. None is made after `over`. */
export function sharedConnections(context: Context, first: Client, over?: AbortSignal): Connections {
  let current = first;
  let renewing: Promise<Client> | undefined;
  return {
    current: () => current,
    renew: (dead) => {
      if (dead !== current) return Promise.resolve(current);
      if (over?.aborted === true) return Promise.reject(new Error('nobody attends any more'));
      renewing ??= context
        .reconnect()
        .then((client) => {
          current = client;
          return client;
        })
        .finally(() => {
          renewing = undefined;
        });
      return renewing;
    },
  };
}

/** A connection that breaks is known to be closed so soon after its requests have failed. */
const CLOSED_MS = 200;

/** Whether `e` came because the engine behind `client` has died. A lost container is `unavailable`, too: that is an answer. */
export async function isOfDead(client: Client, e: unknown): Promise<boolean> {
  if (!isRuntimeError(e) || e.code !== 'unavailable') return false;
  const waiting = new AbortController();
  const isOpen = pause(CLOSED_MS, false, { signal: waiting.signal }).catch(() => false);
  const isClosed = await Promise.race([client.closed.then(() => true), isOpen]);
  waiting.abort();
  return isClosed;
}

/** Asks the present engine, and the next one when it has died meanwhile. */
export async function overEngines<T>(connections: Connections, ask: (client: Client) => Promise<T>): Promise<T> {
  for (;;) {
    const client = connections.current();
    try {
      return await ask(client);
    } catch (e) {
      if (!(await isOfDead(client, e))) throw e;
      await connections.renew(client);
    }
  }
}
