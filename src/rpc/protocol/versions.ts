/** Versions of the protocol that this build speaks, newest first; an engine serves N and N-1. A file of its own: `hcs version` loads no codecs. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];
