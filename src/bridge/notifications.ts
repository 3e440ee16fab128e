/** From the bridge's event queue to core's one listener: names for numbers, order kept, nothing for a token that is not core's. */
import type { HcsNotification, ProcessToken, SystemNotificationType, SystemToken, Tracer } from '../core/ports.js';
import { hexOf } from '../core/hresult.js';
import type { WireEvent } from './wire.js';

/** hcs-facts 1.7; 0x01000000 is vmcompute's number, computecore has another. */
const SYSTEM_TYPES: ReadonlyMap<number, SystemNotificationType> = new Map([
  [0x1, 'SystemExited'],
  [0x2, 'SystemCreateCompleted'],
  [0x3, 'SystemStartCompleted'],
  [0x4, 'SystemPauseCompleted'],
  [0x5, 'SystemResumeCompleted'],
  [0x6, 'SystemCrashReport'],
  [0x7, 'SystemSiloJobCreated'],
  [0x8, 'SystemSaveCompleted'],
  [0x9, 'SystemRdpEnhancedModeStateChanged'],
  [0xa, 'SystemShutdownFailed'],
  [0xb, 'SystemGetPropertiesCompleted'],
  [0xc, 'SystemModifyCompleted'],
  [0xd, 'SystemCrashInitiated'],
  [0xe, 'SystemGuestConnectionClosed'],
  [0x01000000, 'ServiceDisconnect'],
]);

const PROCESS_TYPES: ReadonlyMap<number, 'ProcessExited' | 'ServiceDisconnect'> = new Map([
  [0x10000, 'ProcessExited'],
  [0x01000000, 'ServiceDisconnect'],
]);

/** The notification of a wire event; null when its number is unknown (a newer HCS). */
export function toNotification(event: WireEvent): HcsNotification | null {
  const process = event.token as ProcessToken;
  switch (event.kind) {
    case 'system': {
      const type = SYSTEM_TYPES.get(event.type);
      const system = event.token as SystemToken;
      return type === undefined ? null : { kind: 'system', system, type, status: event.status, data: event.data };
    }
    case 'process': {
      const type = PROCESS_TYPES.get(event.type);
      return type === undefined ? null : { kind: 'process', process, type, status: event.status, data: event.data };
    }
    case 'streamEnd':
      return { kind: 'streamEnd', process, stream: event.stream, bytes: event.bytes };
    case 'logFailed':
      return { kind: 'logFailed', process, message: event.message };
    case 'stdinEnd':
    case 'logGrew':
      return { kind: event.kind, process };
  }
}

/** How many closed tokens are remembered; their last events are at most one pull behind the closing. */
const REMEMBERED = 4096;

/**
 * Hands events on to the listener. HCS may call back before the call that made the token has been answered: such events are
 * held until {@link adopt}, and told after whoever awaited that call has run.
 */
export class Inbox {
  private readonly live = new Set<number>();
  private readonly held = new Map<number, HcsNotification[]>();
  private readonly dropped = new Set<number>();
  private lastSequence: number | undefined;
  private listener: ((batch: readonly HcsNotification[]) => void) | undefined;

  constructor(private readonly trace: Tracer | undefined) {}

  listen(listener: (batch: readonly HcsNotification[]) => void): void {
    this.listener = listener;
  }

  /** The token is about to become known to core. */
  adopt(token: number): void {
    if (!this.held.has(token)) {
      this.live.add(token);
      return;
    }
    setImmediate(() => {
      const batch = this.held.get(token);
      if (batch === undefined) return;
      this.held.delete(token);
      this.live.add(token);
      this.tell(batch);
    });
  }

  /** Nothing more is told for this token. */
  drop(token: number): void {
    this.live.delete(token);
    this.held.delete(token);
    this.dropped.add(token);
    if (this.dropped.size <= REMEMBERED) return;
    for (const oldest of this.dropped) {
      this.dropped.delete(oldest);
      return;
    }
  }

  receive(events: readonly WireEvent[]): void {
    const batch: HcsNotification[] = [];
    for (const event of events) {
      if (this.lastSequence !== undefined && event.sequence !== this.lastSequence + 1) {
        this.trace?.log('error', 'the bridge lost events', { after: this.lastSequence, got: event.sequence });
      }
      this.lastSequence = event.sequence;
      const notification = toNotification(event);
      if (notification === null) {
        this.trace?.log('warn', 'unknown notification', { type: 'type' in event ? hexOf(event.type) : event.kind });
      } else if (this.live.has(event.token)) batch.push(notification);
      else if (!this.dropped.has(event.token)) this.hold(event.token, notification);
    }
    this.tell(batch);
  }

  private hold(token: number, notification: HcsNotification): void {
    const held = this.held.get(token);
    if (held === undefined) this.held.set(token, [notification]);
    else held.push(notification);
  }

  private tell(batch: readonly HcsNotification[]): void {
    if (batch.length === 0 || this.listener === undefined) return;
    try {
      this.listener(batch);
    } catch (e) {
      const message = e instanceof Error ? e.message : String(e);
      this.trace?.log('error', 'the notification listener threw', { message });
    }
  }
}
