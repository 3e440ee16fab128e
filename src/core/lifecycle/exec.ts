/**
 * The state machine of an exec, as a pure function (docs/states.md). Init has none of its own: its life is the container's.
 */
import type { EventBody } from '../model/event.js';
import type { TimedExit } from '../model/record.js';
import { HELD, moved, rejected, type Step } from './step.js';

export type ExecState =
  /** The id is taken; HCS is asked for the process. */
  | { readonly kind: 'adding' }
  | { readonly kind: 'running'; readonly pid: number; readonly startedAt: string }
  /** It has ended; the last of its output is on its way to the log. */
  | { readonly kind: 'draining'; readonly pid: number; readonly startedAt: string; readonly exit: TimedExit }
  | { readonly kind: 'exited'; readonly pid: number; readonly startedAt: string; readonly exit: TimedExit };

export type ExecInput =
  | { readonly kind: 'spawned'; readonly pid: number; readonly at: string }
  | { readonly kind: 'spawnFailed' }
  | { readonly kind: 'exitSeen'; readonly exit: TimedExit }
  /** Both streams are at their end, or had their time. */
  | { readonly kind: 'drained' };

/** freeId: the exec id may be used again. */
export type ExecEffect = 'freeId';
export type ExecStep = Step<ExecState, ExecEffect>;

const move = (
  next: ExecState | null,
  publish: readonly EventBody[] = [],
  effects: readonly ExecEffect[] = [],
): ExecStep => moved(next, publish, effects);

/** One step. Never throws. */
export function execTransition(state: ExecState, input: ExecInput): ExecStep {
  switch (state.kind) {
    case 'adding':
      switch (input.kind) {
        case 'spawned':
          return move({ kind: 'running', pid: input.pid, startedAt: input.at }, [
            { type: 'exec-added' },
            { type: 'exec-started' },
          ]);
        case 'spawnFailed':
          return move(null, [], ['freeId']);
        case 'exitSeen':
          return HELD;
        case 'drained':
          break;
      }
      break;
    case 'running':
      if (input.kind === 'exitSeen') return move({ ...state, kind: 'draining', exit: input.exit });
      break;
    case 'draining':
      if (input.kind === 'drained')
        return move(
          { ...state, kind: 'exited' },
          [
            {
              type: 'exit',
              exitedAt: state.exit.exitedAt,
              exitCode: state.exit.exitCode,
              ...('exitUnknown' in state.exit ? { exitUnknown: state.exit.exitUnknown } : {}),
            },
          ],
          ['freeId'],
        );
      break;
    case 'exited':
      break;
  }
  return rejected(`is ${state.kind}, so it cannot take ${input.kind}`);
}
