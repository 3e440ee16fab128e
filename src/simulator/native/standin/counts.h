/* What the client still holds: out-strings here; handles in connection.h, registrations in notifications.h. */
#ifndef HCS_STANDIN_COUNTS_H
#define HCS_STANDIN_COUNTS_H

#include "abi.h"

/** An out-string of `length` bytes of UTF-16 and a zero unit, counted; null when memory ran out. */
wide *counted_string(const uint8_t *bytes, size_t length);
uint64_t counted_strings(void);
/** Live handles and registrations of this process. */
uint64_t counted_handles(void);

#endif
