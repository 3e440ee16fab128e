/** The event subscriptions of one connection. */
import { RuntimeError } from '../../core/errors.js';
import { HostSubscription } from './subscription.js';
import type { Session } from './session.js';

/** More at once can only be a leak of the client. */
const MAX_SUBSCRIPTIONS = 256;

export class SubscriptionTable {
  /** Whether the client takes `events/batch`. */
  batched = false;
  private readonly subscriptions = new Map<string, HostSubscription>();
  private opening = 0;
  private last = 0;
  private disposed = false;

  async add(session: Session, after: number | undefined): Promise<{ subscriptionId: string; cursor: number }> {
    if (this.subscriptions.size + this.opening >= MAX_SUBSCRIPTIONS) {
      throw new RuntimeError('failedPrecondition', `this connection has ${MAX_SUBSCRIPTIONS} subscriptions already`);
    }
    const subscriptionId = `e${++this.last}`;
    this.opening++;
    try {
      const subscription = await HostSubscription.open(session, subscriptionId, after, this.batched);
      if (this.disposed || session.signal.aborted) subscription.close();
      else this.subscriptions.set(subscriptionId, subscription);
      session.afterAnswer(() => {
        subscription.start();
      });
      return { subscriptionId, cursor: subscription.cursor };
    } finally {
      this.opening--;
    }
  }

  /** Throws notFound. */
  remove(subscriptionId: string): void {
    const subscription = this.subscriptions.get(subscriptionId);
    if (subscription === undefined) throw new RuntimeError('notFound', `no subscription ${subscriptionId}`);
    this.subscriptions.delete(subscriptionId);
    subscription.close();
  }

  get size(): number {
    return this.subscriptions.size;
  }

  dispose(): void {
    this.disposed = true;
    for (const subscription of this.subscriptions.values()) subscription.close();
    this.subscriptions.clear();
  }
}
