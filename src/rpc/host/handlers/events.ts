/** events/*. */
import type { Handlers } from '../session.js';

const DEFAULT_LIMIT = 1000;

export const eventHandlers: Handlers<'events/subscribe' | 'events/unsubscribe' | 'events/list'> = {
  'events/subscribe': ({ after }, { session }) => session.subscriptions.add(session, after),
  'events/unsubscribe': ({ subscriptionId }, { session }) => {
    session.subscriptions.remove(subscriptionId);
    return {};
  },
  'events/list': ({ after, limit }, { session }) =>
    session.large(async () => {
      const { events, expired } = await (await session.runtime).eventsList(after ?? 0, limit ?? DEFAULT_LIMIT);
      return { items: [...events], expired };
    }),
};
