/** Notification numbers of the vmcompute ABI (hcs-facts 1.7). */
export const NotificationType = {
  SystemExited: 0x1,
  SystemCreateCompleted: 0x2,
  SystemStartCompleted: 0x3,
  SystemPauseCompleted: 0x4,
  SystemResumeCompleted: 0x5,
  SystemCrashReport: 0x6,
  SystemSiloJobCreated: 0x7,
  SystemSaveCompleted: 0x8,
  SystemRdpEnhancedModeStateChanged: 0x9,
  SystemShutdownFailed: 0xa,
  SystemGetPropertiesCompleted: 0xb,
  SystemModifyCompleted: 0xc,
  SystemCrashInitiated: 0xd,
  SystemGuestConnectionClosed: 0xe,
  ProcessExited: 0x10000,
  ServiceDisconnect: 0x1000000,
} as const;
export type NotificationName = keyof typeof NotificationType;

export const isNotificationName = (name: string): name is NotificationName => Object.hasOwn(NotificationType, name);
