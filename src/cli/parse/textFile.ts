/**
 * Reads what people and shells write into files: UTF-8 with or without a BOM, and UTF-16 with one (what `>` writes in Windows
 * PowerShell 5.1). Bytes that are not what they claim are refused with their offset.
 */
import { promises as files } from 'node:fs';
import type { Readable } from 'node:stream';
import { invalidRequest, RuntimeError } from '../../core/errors.js';

/** How many bytes a UTF-8 sequence has that begins with this one. */
const sequenceLength = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1);

/** Where the sequence begins that the byte at `at` does not continue; `at` itself when it begins one. */
function sequenceStart(bytes: Uint8Array, at: number): number {
  let start = at - 1;
  while (start > 0 && at - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start >= 0 && sequenceLength(bytes[start] ?? 0) > at - start ? start : at;
}

/** Offset of the first sequence that makes a text malformed. Only for texts that are. */
function badUtf8(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const fails = (end: number): boolean => {
    try {
      // A character cut off by `end` is not an error of the text before it.
      decoder.decode(bytes.subarray(0, end), { stream: true });
      return false;
    } catch {
      return true;
    } finally {
      try {
        decoder.decode();
      } catch {
        // Only resets the decoder.
      }
    }
  };
  if (!fails(bytes.length)) {
    // Only the end can be wrong: a last character that was cut off. Its first byte is no continuation byte.
    let last = bytes.length - 1;
    while (last > 0 && ((bytes[last] ?? 0) & 0xc0) === 0x80) last--;
    return last;
  }
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fails(middle)) bad = middle;
    else good = middle;
  }
  return sequenceStart(bytes, bad - 1);
}

/** The text of `bytes`; `what` names them in errors (`--spec a.json`). */
export function decodeText(bytes: Uint8Array, what: string): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const nul = utf16 === undefined ? bytes.indexOf(0) : -1;
  if (nul >= 0) {
    throw invalidRequest(
      `${what} is not a text: NUL at byte ${nul}`,
      [{ path: what, expected: 'UTF-8, or UTF-16 with a byte order mark', got: `NUL at byte ${nul}` }],
      'save it as UTF-8; UTF-16 needs its byte order mark',
    );
  }
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = utf16 === undefined ? badUtf8(bytes) : undefined;
    const place = at === undefined ? '' : ` at byte ${at}`;
    throw invalidRequest(
      `${what} is not a text: invalid ${utf16 ?? 'UTF-8'}${place}`,
      [{ path: what, expected: 'UTF-8, or UTF-16 with a byte order mark', got: `an invalid sequence${place}` }],
      'save it as UTF-8',
    );
  }
}

async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The text of a file, or of stdin for `-`. notFound is told as invalidRequest of `what`, since it is the caller's word. */
export async function readTextFile(file: string, what: string, stdin: Readable): Promise<string> {
  if (file === '-') return decodeText(await readAll(stdin), `${what} -`);
  let bytes: Uint8Array;
  try {
    bytes = await files.readFile(file);
  } catch (e) {
    const reason = (e as NodeJS.ErrnoException).code ?? String(e);
    if (reason === 'EACCES') {
      throw new RuntimeError('permissionDenied', `${what} ${file} cannot be read: ${reason}`, {}, { cause: e });
    }
    throw invalidRequest(
      `${what} ${file} cannot be read: ${reason}`,
      [{ path: what, expected: 'a file that can be read, or - for stdin', got: `${file} (${reason})` }],
      'check the path',
    );
  }
  return decodeText(bytes, `${what} ${file}`);
}
