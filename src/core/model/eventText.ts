/** An event as JSON, made once however many take it: the journal, the store, and each subscriber. */
import type { RuntimeEvent } from './event.js';

/** Kept with the event itself: a WeakMap of as many events costs the garbage collector more than making the texts again. */
const TEXT = Symbol('text');
type WithText = RuntimeEvent & { [TEXT]?: string };

/** The event must not change any more. */
export function eventText(event: WithText): string {
  return event[TEXT] ?? rememberText(event, JSON.stringify(event));
}

/** Where an event comes from its text. Not enumerable: no copy of the event has it. */
export function rememberText(event: WithText, text: string): string {
  Object.defineProperty(event, TEXT, { value: text });
  return text;
}
