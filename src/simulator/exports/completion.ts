import type { Answer, CallContext } from '../call.js';
import { HcsFailure } from '../failure.js';
import type { SystemHandle } from '../handles.js';
import { E_FAIL, OPERATION_PENDING } from '../hresult.js';
import type { NotificationName } from '../notificationType.js';

/**
 * Answers an operation that HCS completes by `notification`: pending, or at once when so configured (then nothing is notified).
 * `work` refuses by throwing; what it throws later becomes the notification's status.
 */
export function completing(
  call: CallContext,
  handle: SystemHandle,
  notification: NotificationName,
  work: () => void | Promise<void>,
): Answer | Promise<Answer> {
  const { system } = handle;
  const done = work();
  if (call.completion === 'immediate') return done === undefined ? {} : done.then(() => ({}));

  const early = call.service.faults.early(notification, system.id);
  if (early !== undefined) system.notifier.completed(notification, early, handle);
  const tell = (status: number): void => {
    call.afterReply(() => {
      // Whoever waits for a system that ends meanwhile is told SystemExited instead.
      if (early === undefined && system.state !== 'stopping' && system.state !== 'stopped')
        system.notifier.completed(notification, status, handle);
    });
  };
  if (done === undefined) tell(0);
  else {
    done.then(
      () => {
        tell(0);
      },
      (e: unknown) => {
        tell(e instanceof HcsFailure ? e.hresult : E_FAIL);
      },
    );
  }
  return { hresult: OPERATION_PENDING };
}

/** Answers shutdown and terminate: SystemExited confirms them in either mode. */
export function ending(call: CallContext, handle: SystemHandle): Answer | Promise<Answer> {
  if (call.completion === 'pending') return { hresult: OPERATION_PENDING };
  return handle.system.untilEnded().then(() => ({}));
}
