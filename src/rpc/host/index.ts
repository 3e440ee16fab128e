/** The host side, for whoever wires an engine or `serve --stdio` together. */
export { serveConnection, type HostConnection, type ServeOptions } from './serveConnection.js';
export { serveStdio, type ServeStdioOptions } from './stdio.js';
export { serveProcess, type ServeProcessOptions } from './serveProcess.js';
export { divertStdout } from './divertStdout.js';
export type { HostControl } from './session.js';
export { listenSocket, connectSocket, type ListenOptions, type SocketServer } from '../transport/socket.js';
export type { EngineStatus, HostInfo } from '../protocol.js';
