/**
 * The container state machine, as a pure function; docs/states.md is the same table in prose. Owns which input is valid in
 * which state and what it publishes. Does no I/O, knows no time: inputs carry what they need.
 */
import type { EventBody } from '../model/event.js';
import { exitUnknown } from '../model/exit.js';
import type { AcceptedShutdown, StoredState, TimedExit } from '../model/record.js';
import { HELD, moved, rejected, type Step } from './step.js';

/** States are stored as they are. */
export type ContainerState = StoredState;
export type ContainerKind = ContainerState['kind'];
type In<K extends ContainerKind> = Extract<ContainerState, { kind: K }>;

export type ContainerInput =
  /** HCS has created and started the compute system. */
  | { readonly kind: 'createOk' }
  | {
      readonly kind: 'createFailed';
      readonly reason: string;
      readonly leftovers: readonly string[];
      readonly at: string;
    }
  | { readonly kind: 'startAsked' }
  | { readonly kind: 'initRunning'; readonly pid: number; readonly at: string }
  /** Init could not be made (`exit` is 126 or 127), or not be used (null: it is ended, its exit is still to come). */
  | { readonly kind: 'startFailed'; readonly cause: string; readonly exit: TimedExit | null; readonly pid: number }
  | { readonly kind: 'initExited'; readonly exit: TimedExit }
  /** HCS has accepted a shutdown or terminate that somebody asked for, or (null) its answer is still to come. */
  | { readonly kind: 'stopAsked'; readonly cause: string; readonly accepted: 'terminate' | AcceptedShutdown | null }
  | { readonly kind: 'systemExited' }
  | { readonly kind: 'pauseDone' }
  | { readonly kind: 'resumeDone' }
  /** Nothing of it is left in HCS and its streams are at their end; `exit` counts where init's own is not known. */
  | { readonly kind: 'gone'; readonly exit: TimedExit; readonly error?: string }
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** The compute system was opened again, after a loss of the service or a restart of the engine. */
  | { readonly kind: 'reattached'; readonly stdio: 'resumed' | 'lost' }
  | { readonly kind: 'deleteAsked' };

/**
 * tearDown: bring the compute system down, then give `gone`. reopen: try to open it again, then give `reattached` or `gone`.
 * release: let go of all that is not in the record.
 */
export type ContainerEffect = 'tearDown' | 'reopen' | 'release';
export type ContainerStep = Step<ContainerState, ContainerEffect>;

/** `exitUnknown` of a container whose init never was. */
export const NEVER_STARTED = 'init never started';

const ASKS: Readonly<Record<ContainerInput['kind'], string>> = {
  createOk: 'become created',
  createFailed: 'fail to be created',
  startAsked: 'be started',
  initRunning: 'begin to run',
  startFailed: 'fail to start',
  initExited: 'see its init process end',
  stopAsked: 'be stopped',
  systemExited: 'see its compute system end',
  pauseDone: 'be paused',
  resumeDone: 'be resumed',
  gone: 'be gone',
  disconnected: 'be lost',
  reattached: 'be reattached',
  deleteAsked: 'be deleted',
};

/** The text of a refusal, also for verbs that refuse before any input exists. */
export function refusal(state: ContainerState, ask: string): string {
  return `is ${state.kind}, so it cannot ${ask}`;
}

/** One step. Never throws. */
export function transition(state: ContainerState, input: ContainerInput): ContainerStep {
  return table[state.kind](state as never, input) ?? rejected(refusal(state, ASKS[input.kind]));
}

const move = (
  next: ContainerState | null,
  publish: readonly EventBody[] = [],
  effects: readonly ContainerEffect[] = [],
): ContainerStep => moved(next, publish, effects);

type Row<K extends ContainerKind> = (state: In<K>, input: ContainerInput) => ContainerStep | undefined;

const table: { readonly [K in ContainerKind]: Row<K> } = {
  creating(_state, input) {
    switch (input.kind) {
      case 'createOk':
        return move({ kind: 'created' }, [{ type: 'create' }]);
      case 'createFailed':
        return move(
          { kind: 'failed', reason: input.reason, failedAt: input.at, leftovers: [...input.leftovers] },
          [
            {
              type: 'exit',
              exitedAt: input.at,
              exitCode: null,
              exitUnknown: NEVER_STARTED,
              error: input.reason,
            },
          ],
          ['release'],
        );
      case 'systemExited':
      case 'disconnected':
        return HELD;
      default:
        return undefined;
    }
  },

  created(state, input) {
    switch (input.kind) {
      case 'startAsked':
        return move({ kind: 'starting' });
      case 'stopAsked':
      case 'systemExited':
        return toStopping(state, input);
      case 'disconnected':
        return toLost(state, input.reason);
      case 'reattached':
        return move(state, [{ type: 'recovered', stdio: input.stdio }]);
      default:
        return undefined;
    }
  },

  starting(state, input) {
    switch (input.kind) {
      case 'initRunning':
        return move({ kind: 'running', pid: input.pid, startedAt: input.at }, [{ type: 'start' }]);
      case 'startFailed':
        return move(
          {
            kind: 'stopping',
            pid: input.pid,
            startedAt: null,
            cause: input.cause,
            initExit: input.exit,
            terminateSent: false,
            shutdown: null,
          },
          [stopping(input.cause, input.exit)],
          ['tearDown'],
        );
      case 'stopAsked':
        return toStopping(state, input);
      case 'initExited':
      case 'systemExited':
      case 'disconnected':
        return HELD;
      default:
        return undefined;
    }
  },

  running(state, input) {
    if (input.kind === 'pauseDone') return move({ ...state, kind: 'paused' }, [{ type: 'paused' }]);
    return live(state, input);
  },

  paused(state, input) {
    if (input.kind === 'resumeDone') return move({ ...state, kind: 'running' }, [{ type: 'resumed' }]);
    return live(state, input);
  },

  stopping(state, input) {
    switch (input.kind) {
      case 'initExited':
        return state.initExit === null ? move({ ...state, initExit: input.exit }, [], ['tearDown']) : undefined;
      case 'stopAsked':
        return move(
          {
            ...state,
            terminateSent: state.terminateSent || input.accepted === 'terminate',
            shutdown: state.shutdown ?? shutdownOf(input),
          },
          [],
          input.accepted === 'terminate' ? ['tearDown'] : [],
        );
      case 'systemExited':
        return move(state, [], ['tearDown']);
      case 'gone':
        return toStopped(state, state.initExit ?? input.exit, input.error);
      case 'disconnected':
        return toLost(state, input.reason);
      case 'reattached':
        return move(state, [{ type: 'recovered', stdio: input.stdio }], ['tearDown']);
      default:
        return undefined;
    }
  },

  lost(state, input) {
    switch (input.kind) {
      case 'stopAsked':
      case 'initExited':
      case 'systemExited':
        return HELD;
      case 'reattached':
        return recovered(state, input.stdio);
      case 'gone':
        return toStopped(state, state.initExit ?? input.exit, input.error);
      default:
        return undefined;
    }
  },

  stopped(_state, input) {
    return input.kind === 'deleteAsked' ? deleted() : undefined;
  },

  failed(_state, input) {
    return input.kind === 'deleteAsked' ? deleted() : undefined;
  },
};

/** What `running` and `paused` have in common. */
function live(state: In<'running' | 'paused'>, input: ContainerInput): ContainerStep | undefined {
  switch (input.kind) {
    case 'initExited':
    case 'stopAsked':
    case 'systemExited':
      return toStopping(state, input);
    case 'disconnected':
      return toLost(state, input.reason);
    case 'reattached':
      return move(state, [{ type: 'recovered', stdio: input.stdio }]);
    default:
      return undefined;
  }
}

const deleted = (): ContainerStep => move(null, [{ type: 'delete' }], ['release']);

const stopping = (cause: string, exit: TimedExit | null) =>
  ({
    type: 'stopping',
    cause,
    exitCode: exit === null ? null : exit.exitCode,
    ...(exit !== null && 'exitUnknown' in exit ? { exitUnknown: exit.exitUnknown } : {}),
  }) as const;

function toStopping(
  state: In<'created' | 'starting' | 'running' | 'paused'>,
  input: Extract<ContainerInput, { kind: 'initExited' | 'stopAsked' | 'systemExited' }>,
): ContainerStep {
  const cause = input.kind === 'stopAsked' ? input.cause : input.kind;
  const initExit = input.kind === 'initExited' ? input.exit : null;
  const terminateSent = input.kind === 'stopAsked' && input.accepted === 'terminate';
  return move(
    {
      kind: 'stopping',
      pid: 'pid' in state ? state.pid : 0,
      startedAt: 'startedAt' in state ? state.startedAt : null,
      cause,
      initExit,
      terminateSent,
      shutdown: input.kind === 'stopAsked' ? shutdownOf(input) : null,
    },
    [stopping(cause, initExit)],
    // A shutdown that was asked for is given its time: the end of init or of the system brings the tear-down.
    input.kind === 'stopAsked' && !terminateSent ? [] : ['tearDown'],
  );
}

const shutdownOf = ({ accepted }: Extract<ContainerInput, { kind: 'stopAsked' }>): AcceptedShutdown | null =>
  accepted === 'terminate' ? null : accepted;

function toStopped(state: In<'stopping' | 'lost'>, exit: TimedExit, error: string | undefined): ContainerStep {
  return move(
    { kind: 'stopped', pid: state.pid, startedAt: state.startedAt, exit },
    [
      {
        type: 'exit',
        exitedAt: exit.exitedAt,
        exitCode: exit.exitCode,
        ...('exitUnknown' in exit ? { exitUnknown: exit.exitUnknown } : {}),
        ...(error === undefined ? {} : { error }),
      },
    ],
    ['release'],
  );
}

function toLost(state: In<'created' | 'running' | 'paused' | 'stopping'>, reason: string): ContainerStep {
  return move(lostFrom(state, reason), [{ type: 'lost', reason }], ['reopen']);
}

function lostFrom(state: In<'created' | 'running' | 'paused' | 'stopping'>, reason: string): In<'lost'> {
  switch (state.kind) {
    case 'created':
      return { kind: 'lost', from: 'created', pid: 0, startedAt: null, reason, initExit: null };
    case 'running':
    case 'paused':
      return { kind: 'lost', from: state.kind, pid: state.pid, startedAt: state.startedAt, reason, initExit: null };
    case 'stopping': {
      const { pid, startedAt, initExit, cause, terminateSent, shutdown = null } = state;
      const ending = { cause, terminateSent, shutdown };
      return { kind: 'lost', from: 'stopping', pid, startedAt, reason, initExit, ending };
    }
  }
}

function recovered(state: In<'lost'>, stdio: 'resumed' | 'lost'): ContainerStep {
  const event = { type: 'recovered', stdio } as const;
  switch (state.from) {
    case 'created':
      return move({ kind: 'created' }, [event]);
    case 'running':
    case 'paused':
      return move({ kind: state.from, pid: state.pid, startedAt: state.startedAt }, [event]);
    case 'stopping': {
      const { pid, startedAt, initExit, ending = { cause: 'recovered', terminateSent: false } } = state;
      return move({ kind: 'stopping', pid, startedAt, initExit, ...ending }, [event], ['tearDown']);
    }
  }
}

/** The exit of a container whose init never ran. */
export const neverStarted = (at: string): TimedExit => ({ ...exitUnknown(NEVER_STARTED), exitedAt: at });
