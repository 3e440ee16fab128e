/** Where the events of a container begin that has, or had last, an id which others had before it. */
import type { Client } from '../../rpc/client/index.js';
import type { Context } from '../context.js';

const PAGE = 10_000;

/** The cursor before the latest `create` of the id; 0 when none is kept. */
export async function beforeCreation(client: Client, id: string, call: Context['call']): Promise<number> {
  const wanted = id.toLowerCase();
  let after = 0;
  let before = 0;
  for (;;) {
    const { events } = await client.eventsList(after, PAGE, call);
    for (const { cursor, type, containerId } of events) {
      after = cursor;
      if (type === 'create' && containerId.toLowerCase() === wanted) before = cursor - 1;
    }
    if (events.length < PAGE) return before;
  }
}
