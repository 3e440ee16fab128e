/** events/*: ordered, replayable facts (docs/events.md). */
import * as t from 'io-ts';
import { ContainerSummary } from '../../core/model/container.js';
import { EVENT_SCHEMA, RuntimeEvent } from '../../core/model/event.js';
import { always, Empty } from './common.js';
import { fields, integer, notification, request } from './define.js';

const subscription = { subscriptionId: t.string };

/**
 * Stands for events that cannot be had any more (older than retention, or the client was too slow): everything up to
 * `cursor` is in `snapshot`.
 */
export const ResyncEvent = t.strict(
  {
    schema: t.literal(EVENT_SCHEMA),
    type: t.literal('resync'),
    cursor: t.number,
    time: t.string,
    snapshot: t.array(ContainerSummary),
  },
  'ResyncEvent',
);
export type ResyncEvent = t.TypeOf<typeof ResyncEvent>;

export const eventMethods = {
  'events/subscribe': request(
    'Events after the cursor `after` (0: all that are kept; absent: only what comes from now on), then live ones, without a gap. In the answer `cursor` is the newest event at that time: those up to it are replay.',
    fields({}, { after: integer(0), ...always }),
    fields({ ...subscription, cursor: t.number }, {}),
    { cli: 'events' },
  ),
  'events/unsubscribe': request(
    'No event of the subscription follows the answer.',
    fields(subscription, always),
    Empty,
  ),
  'events/list': request(
    'Kept events after a cursor, oldest first. `expired`: some after `after` are no longer kept.',
    fields({}, { after: integer(0), limit: integer(1, 10_000), ...always }),
    fields({ items: t.array(RuntimeEvent), expired: t.boolean }, {}),
    { cli: 'events --no-follow' },
  ),
};

export const eventNotifications = {
  'events/event': notification(
    'host',
    'One event; `subscriptionId` beside its own members says for which subscription.',
    t.intersection([RuntimeEvent, t.partial(subscription)]),
  ),
  'events/batch': notification(
    'host',
    'Events in order, for clients with `capabilities.events.batch`.',
    fields({ ...subscription, events: t.array(RuntimeEvent) }, {}),
  ),
  'events/resync': notification(
    'host',
    'Events were lost to this subscription: start again from the snapshot. Live events after `cursor` follow.',
    t.intersection([ResyncEvent, t.type(subscription)]),
  ),
};
