/** Keeps the simulated Host Compute Service of a home running for as long as the engine does. */
import { connect, type Socket } from 'node:net';
import type { Tracer } from './core/ports.js';
import { ensureService, type EnsureOptions, type RunningService } from './simulator/ensure.js';

export interface KeptService {
  /** Resolves when the service answers for the first time. */
  readonly ready: Promise<RunningService>;
  /** Lets go of the service: it ends when it is empty. */
  close(): void;
}

const RETRY_MS = 1000;

/**
 * Ensures the service, then holds a connection to its control socket: that keeps an empty service from ending while the engine may need it, and
 * its end tells that the service has died, which is then started again (at the same endpoint; what ran in it is gone, and the runtime hears of
 * that by ServiceDisconnect).
 */
export function keepService(options: EnsureOptions, tracer: Tracer): KeptService {
  let closed = false;
  let socket: Socket | null = null;
  let timer: NodeJS.Timeout | null = null;

  const hold = (service: RunningService): void => {
    if (closed) return;
    socket = connect(service.control);
    // The end of a connection comes with 'close', also after an error.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      socket = null;
      if (closed) return;
      tracer.log('warn', 'the simulated service has ended; it is started again', { pid: service.pid });
      again();
    });
    // Nothing is asked over it, so nothing is answered.
    socket.resume();
  };
  const again = (): void => {
    ensureService(options).then(hold, (e: unknown) => {
      tracer.log('error', 'the simulated service cannot be started', { reason: String(e) });
      if (!closed) timer = setTimeout(again, RETRY_MS);
    });
  };

  const ready = ensureService(options);
  ready.then(hold, () => undefined);
  return {
    ready,
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      socket?.destroy();
    },
  };
}
