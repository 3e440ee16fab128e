/*
 * Registrations of notification callbacks and the one thread that calls them, in the order in which the service told.
 * A registration handle has bit 62 set, so that it is never taken for a system or a process.
 */
#ifndef HCS_STANDIN_NOTIFICATIONS_H
#define HCS_STANDIN_NOTIFICATIONS_H

#include "wire.h"

/** For opcodes 15 and 24: registers with the service; a callback may run before this returns. */
hresult registration_make(uint16_t opcode, hcs_handle handle, hcs_callback callback, void *context,
                          hcs_handle *registration);
/**
 * For opcodes 16 and 25. Returns when no callback of the registration runs any more, unless called from that callback.
 * Stays registered when the service refuses; is gone when the connection it was made on is.
 */
hresult registration_drop(uint16_t opcode, hcs_handle registration);

/** From the reader: queues. False when memory ran out. */
bool notification_arrived(uint32_t registration, uint32_t type, hresult status, const wire_value *data);
/** From the reader: one ServiceDisconnect for each registration of that connection. */
void registrations_disconnected(uint32_t generation);
uint64_t registrations_live(void);

#endif
