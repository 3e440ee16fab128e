/* A vmcompute that answers one export at once: what a caller adds to a call is then all there is. */
#include <stdint.h>
#include <stddef.h>
#include <string.h>

static const uint8_t GUID[16] = {0x44, 0x99, 0x03, 0x97, 0x83, 0x6e, 0x2d, 0x56, 0xb2, 0x80, 0x77, 0xfa, 0x56, 0x22, 0x56, 0x4e};

int32_t NameToGuid(const uint16_t *name, uint8_t *guid) {
  if (name == NULL || name[0] != 'a') return (int32_t)0x80070057;
  memcpy(guid, GUID, sizeof GUID);
  return 0;
}
void CoTaskMemFree(void *memory) { (void)memory; }
