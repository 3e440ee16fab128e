import { messageOf } from './hresult.js';

/** Provider GUID of the events that we make up; the real service's providers are its own. */
const PROVIDER = '5f5bd3a1-6a0c-4f5e-9a3b-5d1d0c9a7e51';

/**
 * A refusal, thrown by the handler of an export and turned into its HRESULT and result document
 * `{Error, ErrorMessage, ErrorEvents}` (hcs-facts 1.5). `why` becomes the one event; it holds no secrets.
 */
export class HcsFailure extends Error {
  constructor(
    readonly hresult: number,
    readonly why?: string,
  ) {
    super(why ?? messageOf(hresult));
    this.name = 'HcsFailure';
  }
}

/** Text of the result document for a failing HRESULT. */
export function resultDocument(hresult: number, why?: string): string {
  return JSON.stringify({
    Error: hresult | 0,
    ErrorMessage: messageOf(hresult),
    ...(why === undefined ? {} : { ErrorEvents: [{ Message: why, Provider: PROVIDER, EventId: hresult & 0xffff }] }),
  });
}

/** `work`'s value, or a failure with this HRESULT when it throws (used around file operations). */
export function failingWith<T>(hresult: number, why: string, work: () => T): T {
  try {
    return work();
  } catch (e) {
    throw new HcsFailure(hresult, `${why}: ${e instanceof Error ? e.message : String(e)}`);
  }
}
