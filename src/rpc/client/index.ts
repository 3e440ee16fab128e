/** `import { connect } from 'hostcompute/client'`. Loads neither yargs nor a store nor edge. */
export { connect, type ConnectOptions } from './connect.js';
export { Client, type InitializeResult, type ServerInfo, type StreamOptions } from './client.js';
export { RemoteRuntime } from './remoteRuntime.js';
export { openPrivatePipe } from './privatePipe.js';
export type { ByteStream, StdinStream } from './streams.js';
export type { FeedItem } from './eventFeed.js';
export type { LogEntry, LogOptions } from './followLog.js';
export type { Framing } from '../transport/frames.js';
export {
  RuntimeError,
  isRuntimeError,
  exitStatusOf,
  ERROR_TABLE,
  type ErrorCode,
  type ErrorDocument,
} from '../../core/errors.js';
export { codeName, hex as hexCode } from '../../core/exitCodes.js';
export { DEFAULT_OWNER } from '../../core/runtime/deps.js';
export type { RuntimeEvent } from '../../core/model/event.js';
export type { ContainerDetail, ContainerSummary, ExecSummary } from '../../core/model/container.js';
export type * from '../../core/runtime.js';
export type { EngineStatus, HostInfo, ResyncEvent } from '../protocol.js';
