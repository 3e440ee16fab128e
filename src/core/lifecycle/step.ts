/** What a pure transition answers. */
import type { EventBody } from '../model/event.js';

export type Step<State, Effect> =
  /** `next` null: the thing is gone. Events in the order in which they are published, then the effects. */
  | {
      readonly outcome: 'moved';
      readonly next: State | null;
      readonly publish: readonly EventBody[];
      readonly effects: readonly Effect[];
    }
  /** Too early: to be given again after the next move. */
  | { readonly outcome: 'held' }
  /** Not valid in this state; `text` completes "container <id> ...". */
  | { readonly outcome: 'rejected'; readonly text: string };

export const moved = <State, Effect>(
  next: State | null,
  publish: readonly EventBody[] = [],
  effects: readonly Effect[] = [],
): Step<State, Effect> => ({ outcome: 'moved', next, publish, effects });

export const HELD = { outcome: 'held' } as const;

export const rejected = (text: string): { readonly outcome: 'rejected'; readonly text: string } => ({
  outcome: 'rejected',
  text,
});
