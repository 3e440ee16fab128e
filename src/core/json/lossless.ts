/**
 * JSON in and out without doubles eating integers: the OCI spec and HCS documents carry unsigned 64 bit numbers.
 */
import { parse } from 'lossless-json';
import { invalidRequest } from '../errors.js';

// In a module of their own: writing JSON needs no parser and no codecs, which quick commands would pay for.
export { asciiJson, plainNumber } from './ascii.js';

/** Integers of 15 digits or fewer are exact as doubles. */
const LONG_DIGITS = /\d{16}/;
/** Deeper input than this is refused: it can only be an attack, and would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 1000;

/**
 * Parses JSON text. An integer beyond 2^53-1 becomes a bigint, every other number a number. Of a key given twice the last
 * value counts. A leading byte order mark is skipped.
 * Throws RuntimeError invalidRequest with line, column and offset; `name` says what was read (a file name, `stdin`).
 */
export function parseJson(text: string, name = 'input'): unknown {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (!LONG_DIGITS.test(body)) {
    try {
      return checkDepth(JSON.parse(body), name);
    } catch (error) {
      // The engine's own message has no position for some errors: the second parser finds it.
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    }
  }
  return checkDepth(parseLossless(body, name), name);
}

function parseLossless(body: string, name: string): unknown {
  try {
    return parse(body, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(name);
    if (error instanceof SyntaxError) throw syntaxError(error.message, body, name);
    throw error;
  }
}

function exactNumber(literal: string): number | bigint {
  const value = Number(literal);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(literal) ? value : BigInt(literal);
}

function syntaxError(message: string, body: string, name: string): Error {
  const found = / ?at position (\d+)$/.exec(message);
  const offset = found === null ? body.length : Number(found[1]);
  const what = found === null ? message : message.slice(0, found.index);
  const before = body.slice(0, offset).split('\n');
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  const reason = what.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
  return invalidRequest(
    `${name} is not valid JSON: line ${line}, column ${column} (offset ${offset}): ${reason}`,
    [{ path: `${name}:${line}:${column}`, expected: 'JSON', got: describeGot(body, offset) }],
    hintFor(body, offset),
  );
}

/** One character at most: the text around it may hold secrets. */
const describeGot = (body: string, offset: number): string =>
  offset >= body.length ? 'end of input' : JSON.stringify(String.fromCodePoint(body.codePointAt(offset) ?? 0));

function hintFor(body: string, offset: number): string {
  if (body.trim() === '') return 'The input is empty; pipe a JSON document or name a file that holds one.';
  if (body.charAt(offset - 1) === '\\' || body.charAt(offset) === '\\')
    return 'Backslashes in JSON strings are written twice: "C:\\\\data".';
  return 'In PowerShell, ConvertTo-Json -Depth 20 writes valid JSON.';
}

const tooDeep = (name: string): Error =>
  invalidRequest(`${name} is nested more than ${MAX_DEPTH} levels deep`, [
    { path: name, expected: `at most ${MAX_DEPTH} levels`, got: 'more' },
  ]);

function checkDepth(value: unknown, name: string): unknown {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw tooDeep(name);
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null
        ? (Object.values(item) as unknown[]).filter((child) => typeof child === 'object' && child !== null)
        : [],
    );
  }
  return value;
}
