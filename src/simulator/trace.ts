import type { DecodedValue } from './wire.js';
import { hexOf } from './hresult.js';
import { redactText } from './redact.js';

const KEPT = 4096;

/** One ABI call as `trace/list` and `trace/follow` show it. */
export interface TraceEntry {
  /** Grows by one with each call. */
  readonly sequence: number;
  /** RFC 3339, when the call came in. */
  readonly time: string;
  readonly client: number;
  readonly thread: number;
  readonly operation: string;
  /** Integers as decimal strings, bytes as hex, documents with secrets taken out. */
  readonly arguments: readonly (string | null)[];
  /** `0x%08X`; null when it was not answered (the client had gone). */
  readonly hresult: string | null;
  readonly result: string | null;
  readonly ms: number;
}

export interface TracedCall {
  readonly time: number;
  readonly client: number;
  readonly thread: number;
  readonly operation: string;
  readonly args: readonly DecodedValue[];
  readonly hresult: number | null;
  readonly result: string | null;
  readonly ms: number;
}

/** The last calls, and who follows them. Secrets are taken out when an entry is looked at, not on the way of a call. */
export class Trace {
  readonly #ring: (TracedCall & { readonly sequence: number })[] = [];
  readonly #followers = new Set<(entry: TraceEntry) => void>();
  #sequence = 0;

  add(call: TracedCall): void {
    const entry = { ...call, sequence: ++this.#sequence };
    if (this.#ring.length < KEPT) this.#ring.push(entry);
    else this.#ring[(entry.sequence - 1) % KEPT] = entry;
    if (this.#followers.size === 0) return;
    const shown = show(entry);
    for (const follower of this.#followers) follower(shown);
  }

  /** Entries after `after`, oldest first, at most `limit` of the newest. */
  list(after = 0, limit = KEPT): readonly TraceEntry[] {
    return this.#ring
      .filter((entry) => entry.sequence > after)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(-limit)
      .map(show);
  }

  follow(follower: (entry: TraceEntry) => void): () => void {
    this.#followers.add(follower);
    return () => {
      this.#followers.delete(follower);
    };
  }
}

function show(call: TracedCall & { readonly sequence: number }): TraceEntry {
  return {
    sequence: call.sequence,
    time: new Date(call.time).toISOString(),
    client: call.client,
    thread: call.thread,
    operation: call.operation,
    arguments: call.args.map((value) =>
      value === null
        ? null
        : typeof value === 'string'
          ? redactText(value)
          : typeof value === 'bigint'
            ? value.toString()
            : Buffer.from(value).toString('hex'),
    ),
    hresult: call.hresult === null ? null : hexOf(call.hresult),
    result: call.result,
    ms: Math.round(call.ms * 1000) / 1000,
  };
}
