/** How an error is written down (design 7), with codecs. */
import * as t from 'io-ts';
import { ERROR_TABLE } from './errors.js';

/** One thing wrong with an input: where (`spec.process.cwd`), what was expected, what was got (shortened, no secrets). */
export const Issue = t.strict({ path: t.string, expected: t.string, got: t.string }, 'Issue');
export type Issue = t.TypeOf<typeof Issue>;

/** The `error` member of `hostcompute.error/v1`, and `data` of a JSON-RPC error. */
export const ErrorDocument = t.intersection(
  [
    t.strict({ code: t.keyof(ERROR_TABLE), message: t.string }),
    t.partial({
      /** What to do about it; one sentence. */
      hint: t.string,
      containerId: t.string,
      /** `0x%08X`. */
      hresult: t.string,
      /** Name of the HRESULT, e.g. `ERROR_VMCOMPUTE_INVALID_STATE`. */
      symbol: t.string,
      /** What was being done, e.g. `HcsCreateProcess`, `prepareLayer`. */
      phase: t.string,
      issues: t.array(Issue),
      /** What could not be undone, in words. */
      leftovers: t.array(t.string),
      /** Only with processCannotStart: 126 or 127. */
      exitStatus: t.number,
    }),
  ],
  'ErrorDocument',
);
export type ErrorDocument = t.TypeOf<typeof ErrorDocument>;
