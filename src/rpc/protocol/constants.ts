/** Numbers of the protocol that need no codec: whoever only calls loads these, not the table. */

export { PROTOCOL_VERSIONS } from './versions.js';

/** A message may have this many bytes, header apart. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Codes of JSON-RPC and LSP that have no code of ours. */
export const RPC = { parse: -32700, request: -32600, method: -32601, notInitialized: -32002 } as const;
