/*
 * The flat vmcompute C ABI (hcs-facts 1 and 7): types, calling convention and the HRESULTs that the stand-in itself gives.
 * On Windows the types come from the system's headers' widths; elsewhere a wide character is a UTF-16 code unit.
 */
#ifndef HCS_STANDIN_ABI_H
#define HCS_STANDIN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#define HCS_CALL __stdcall
#define HCS_EXPORT __declspec(dllexport)
#else
#define HCS_CALL
#define HCS_EXPORT __attribute__((visibility("default")))
#endif

typedef int32_t hresult;
/** UTF-16LE code unit; strings end with a zero unit. */
typedef uint16_t wide;
/** Opaque, pointer-sized, never null when valid. */
typedef void *hcs_handle;

/** HCS_PROCESS_INFORMATION (hcs-facts 1.2). A pipe end that was not asked for is 0. Elsewhere than Windows an end is a descriptor. */
typedef struct {
  uint32_t process_id;
  uint32_t reserved;
  void *std_input;
  void *std_output;
  void *std_error;
} hcs_process_information;

/** Native GUID layout: the first three numbers in host order. */
typedef struct {
  uint8_t bytes[16];
} hcs_guid;

typedef struct {
  int64_t flavour;
  const wide *home_dir;
} hcs_driver_info;

typedef struct {
  hcs_guid layer_id;
  uint32_t flags;
  const wide *path;
} hcs_layer_descriptor;

/** Runs on the stand-in's notification thread; `data` lives for the call only. The result is ignored (hcsshim declares one). */
typedef void(HCS_CALL *hcs_callback)(uint32_t type, void *context, hresult status, const wide *data);

#ifdef __cplusplus
#error "C only"
#endif
_Static_assert(sizeof(void *) != 8 || sizeof(hcs_process_information) == 32, "PROCINFO is 32 bytes on 64-bit systems");
_Static_assert(sizeof(void *) != 8 || sizeof(hcs_driver_info) == 16, "DriverInfo is 16 bytes");
_Static_assert(sizeof(void *) != 8 || offsetof(hcs_layer_descriptor, path) == 24, "the descriptor's path is at 24");

#define HR(code) ((hresult)(code))
#define HR_OK HR(0)
#define HR_INVALID_HANDLE HR(0x80070006u)
#define HR_OUT_OF_MEMORY HR(0x8007000Eu)
#define HR_INVALID_ARGUMENT HR(0x80070057u)
#define HR_INSUFFICIENT_BUFFER HR(0x8007007Au)
/** The pipe ends of a process could not be fetched: its silo is gone. */
#define HR_BROKEN_PIPE HR(0x8007006Du)
/** RPC_S_SERVER_UNAVAILABLE: nobody answers at the endpoint. */
#define HR_SERVER_UNAVAILABLE HR(0x800706BAu)
/** RPC_S_CALL_FAILED_DNE: the connection broke while the call was in flight. */
#define HR_CALL_FAILED HR(0x800706BFu)
/** HCS_E_SERVICE_DISCONNECT, the status of a ServiceDisconnect notification. */
#define HR_SERVICE_DISCONNECT HR(0x8037011Eu)

#endif
