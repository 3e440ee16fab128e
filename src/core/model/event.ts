/**
 * The public events: one envelope, a union on `type`. Rules of order: docs/events.md.
 */
import * as t from 'io-ts';

export const EVENT_SCHEMA = 'hostcompute.event/v1' as const;

const Envelope = t.strict({
  schema: t.literal(EVENT_SCHEMA),
  /** Global position; `events --after` and `events/subscribe {after}` take it. Grows by one with each event of a home. */
  cursor: t.number,
  containerId: t.string,
  /** `init`, or the id of an exec. */
  processId: t.string,
  /** Process id of the process concerned; 0 where there is none (yet). */
  pid: t.number,
  /** 1, 2, 3 ... without gaps within one id and epoch, also over engine restarts. */
  sequence: t.number,
  /** Incarnation of the id: a new one for each create. */
  epoch: t.string,
  /** RFC 3339, UTC. */
  time: t.string,
});

const plain = <T extends string>(type: T) => t.intersection([Envelope, t.strict({ type: t.literal(type) })]);

const ExitFields = t.intersection([
  t.strict({ exitedAt: t.string, exitCode: t.union([t.number, t.null]) }),
  t.partial({ exitUnknown: t.string, error: t.string }),
]);

export const CreateEvent = plain('create');
export const StartEvent = plain('start');
export const ExecAddedEvent = plain('exec-added');
export const ExecStartedEvent = plain('exec-started');
export const ExitEvent = t.intersection([Envelope, t.strict({ type: t.literal('exit') }), ExitFields]);
/** Init has ended (or a stop was asked): the compute system is being brought down. `exit` follows when it is gone. */
export const StoppingEvent = t.intersection([
  Envelope,
  t.strict({ type: t.literal('stopping'), cause: t.string, exitCode: t.union([t.number, t.null]) }),
  t.partial({ exitUnknown: t.string }),
]);
export const PausedEvent = plain('paused');
export const ResumedEvent = plain('resumed');
export const DeleteEvent = plain('delete');
export const LostEvent = t.intersection([Envelope, t.strict({ type: t.literal('lost'), reason: t.string })]);
export const RecoveredEvent = t.intersection([
  Envelope,
  t.strict({ type: t.literal('recovered'), stdio: t.keyof({ resumed: null, lost: null }) }),
]);

/** One ordered public fact about a container. */
export const RuntimeEvent = t.union(
  [
    CreateEvent,
    StartEvent,
    ExecAddedEvent,
    ExecStartedEvent,
    ExitEvent,
    StoppingEvent,
    PausedEvent,
    ResumedEvent,
    DeleteEvent,
    LostEvent,
    RecoveredEvent,
  ],
  'RuntimeEvent',
);
export type RuntimeEvent = t.TypeOf<typeof RuntimeEvent>;
export type RuntimeEventType = RuntimeEvent['type'];

/** What a transition asks to publish; the event queue adds the envelope. */
export type EventBody =
  | { readonly type: 'create' | 'start' | 'exec-added' | 'exec-started' | 'paused' | 'resumed' | 'delete' }
  | {
      readonly type: 'exit';
      readonly exitedAt: string;
      readonly exitCode: number | null;
      readonly exitUnknown?: string;
      readonly error?: string;
    }
  | {
      readonly type: 'stopping';
      readonly cause: string;
      readonly exitCode: number | null;
      readonly exitUnknown?: string;
    }
  | { readonly type: 'lost'; readonly reason: string }
  | { readonly type: 'recovered'; readonly stdio: 'resumed' | 'lost' };
