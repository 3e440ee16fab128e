import type { Faults, NotificationFault } from './faults.js';
import { NotificationType, type NotificationName } from './notificationType.js';

export interface Notification {
  readonly name: NotificationName;
  /** Unsigned 32 bits. */
  readonly status: number;
  readonly data: string | null;
}

/** One HcsRegister...Callback of a client. */
export interface Registration {
  readonly id: number;
  readonly issuer: Issuer;
  tell(type: number, status: number, data: string | null): void;
}

/** A handle through which operations are issued. What completes while it has no registration waits for its first one. */
export interface Issuer {
  registrations: number;
  latched: Notification[];
}

/**
 * Tells the registrations of one compute system or process what happened. A completion is told to every registration; if the
 * handle that issued the operation has none yet, it is kept for that handle (hcs-facts 1.6, "Race"). The end of a system or
 * process is told to later registrations too, once each.
 */
export class Notifier {
  readonly #registrations = new Map<Registration, true>();
  #final: Notification | undefined;

  constructor(
    private readonly faults: Faults,
    private readonly system: string,
  ) {}

  add(registration: Registration): void {
    this.#registrations.set(registration, true);
    registration.issuer.registrations++;
    for (const kept of registration.issuer.latched.splice(0)) tell(registration, kept);
    if (this.#final !== undefined) tell(registration, this.#final);
  }

  remove(registration: Registration): void {
    if (this.#registrations.delete(registration)) registration.issuer.registrations--;
  }

  /** Completion of an operation that `issuer` began. */
  completed(name: NotificationName, status: number, issuer: Issuer): void {
    this.#through(name, status, (notification) => {
      for (const registration of this.#registrations.keys()) tell(registration, notification);
      if (issuer.registrations === 0) issuer.latched.push(notification);
    });
  }

  /** The end of the thing itself. */
  ended(name: NotificationName, status: number): void {
    this.#through(name, status, (notification) => {
      this.#final = notification;
      for (const registration of this.#registrations.keys()) tell(registration, notification);
    });
  }

  #through(name: NotificationName, status: number, deliver: (notification: Notification) => void): void {
    const fault: NotificationFault | undefined = this.faults.onNotification(name, this.system);
    if (fault === undefined) {
      deliver({ name, status, data: null });
      return;
    }
    fault.apply(status, (told) => {
      deliver({ name, status: told, data: null });
    });
  }
}

function tell(registration: Registration, notification: Notification): void {
  registration.tell(NotificationType[notification.name], notification.status, notification.data);
}
