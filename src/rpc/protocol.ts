/**
 * Every message of the protocol (design 8), one table: method -> codecs, text, CLI verb. Requests are in {@link METHODS},
 * messages without an answer in {@link NOTIFICATIONS}. Further nouns (layer, network, endpoint) join by one spread each.
 */
import type * as t from 'io-ts';
import { NotificationType, ParameterStructures, RequestType } from 'vscode-jsonrpc/node';
import type { ErrorDocument } from '../core/errors.js';
import { containerMethods } from './protocol/container.js';
import { eventMethods, eventNotifications } from './protocol/events.js';
import { hostMethods } from './protocol/host.js';
import { layerMethods } from './protocol/layer.js';
import { networkMethods } from './protocol/network.js';
import { processMethods } from './protocol/process.js';
import { sessionMethods, sessionNotifications } from './protocol/session.js';
import { streamMethods, streamNotifications } from './protocol/streams.js';
import type { NotificationDefinition, RequestDefinition } from './protocol/define.js';

export { MAX_MESSAGE_BYTES, PROTOCOL_VERSIONS } from './protocol/constants.js';

export const METHODS = {
  ...sessionMethods,
  ...containerMethods,
  ...processMethods,
  ...eventMethods,
  ...streamMethods,
  ...hostMethods,
  ...layerMethods,
  ...networkMethods,
};
export type Methods = typeof METHODS;
export type Method = keyof Methods;
/** Parameters as a caller writes them and as a handler gets them. */
export type ParamsOf<M extends Method> = t.TypeOf<Methods[M]['params']>;
export type ResultOf<M extends Method> = t.TypeOf<Methods[M]['result']>;

export const NOTIFICATIONS = {
  ...sessionNotifications,
  ...eventNotifications,
  ...streamNotifications,
};
export type Notifications = typeof NOTIFICATIONS;
export type Notification = keyof Notifications;
export type NoticeOf<N extends Notification> = t.TypeOf<Notifications[N]['params']>;

export const isMethod = (name: string): name is Method => Object.hasOwn(METHODS, name);
export const isNotification = (name: string): name is Notification => Object.hasOwn(NOTIFICATIONS, name);

/** The table without its exact types, for code that walks over it. */
export const methodEntries = (): [Method, RequestDefinition][] =>
  Object.entries(METHODS) as unknown as [Method, RequestDefinition][];
export const notificationEntries = (): [Notification, NotificationDefinition][] =>
  Object.entries(NOTIFICATIONS) as unknown as [Notification, NotificationDefinition][];

/** For a vscode-jsonrpc client: `connection.sendRequest(requestType('container/list'), {})`. */
export const requestType = <M extends Method>(method: M): RequestType<ParamsOf<M>, ResultOf<M>, ErrorDocument> =>
  new RequestType(method, ParameterStructures.byName);
/** For a vscode-jsonrpc client: `connection.onNotification(notificationType('events/event'), ...)`. */
export const notificationType = <N extends Notification>(name: N): NotificationType<NoticeOf<N>> =>
  new NotificationType(name, ParameterStructures.byName);

export type { NotificationDefinition, RequestDefinition } from './protocol/define.js';
export type { EngineStatus, HostInfo } from './protocol/host.js';
export type { ResyncEvent } from './protocol/events.js';
