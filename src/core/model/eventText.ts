/** An event as JSON, made once however many take it: the journal, the store, and each subscriber. */
import type { RuntimeEvent } from './event.js';

/**
 * Kept with the event itself, as an ordinary property: a WeakMap of as many events costs the garbage collector more than making the texts again, and a
 * property that is hidden from copies four times as much as the rest of this. So a copy has it, too, and must not be told under another content.
 */
const TEXT = Symbol('text');
type WithText = RuntimeEvent & { [TEXT]?: string };

/** The event must not change any more. */
export function eventText(event: WithText): string {
  return event[TEXT] ?? rememberText(event, JSON.stringify(event));
}

/** Where an event comes from its text. */
export function rememberText(event: WithText, text: string): string {
  return (event[TEXT] = text);
}
