/**
 * The layer id that vmcompute's NameToGuid gives a name: a version 5 UUID over the name as UTF-16LE (hcs-facts 5).
 */
import { invalidRequest } from '../errors.js';
import { sha1 } from './sha1.js';

/** 800872c5-909c-403a-89c9-931fe5e2fd08 in network order. */
const NAMESPACE = [0x80, 0x08, 0x72, 0xc5, 0x90, 0x9c, 0x40, 0x3a, 0x89, 0xc9, 0x93, 0x1f, 0xe5, 0xe2, 0xfd, 0x08];

/**
 * Lower-case 8-4-4-4-12 without braces. Case and every character of the name count; clients pass the last component of a layer's
 * path. Throws RuntimeError invalidRequest when the name holds a NUL, which cannot cross the ABI.
 */
export function nameToGuid(name: string): string {
  if (name.includes('\0'))
    throw invalidRequest('a layer name holds a NUL character', [
      { path: 'name', expected: 'text without NUL', got: 'text with NUL' },
    ]);
  const bytes = sha1(new Uint8Array([...NAMESPACE, ...utf16le(name)])).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function* utf16le(text: string): Iterable<number> {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    yield unit & 0xff;
    yield unit >>> 8;
  }
}
