import { sha1 } from '../documents/sha1.js';

/** The first 16 hex digits of the SHA-1 of `text`: the name of a folder. */
export const shortSha1 = (text: string): string =>
  [...sha1(new TextEncoder().encode(text)).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
