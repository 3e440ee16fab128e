/* Exports about processes (hcs-facts 1.1, 1.2). Null pointers as in exports_system.c. */
#include "connection.h"
#include "notifications.h"
#include "opcodes.h"
#include "platform.h"

#include <string.h>

/** A handle alone, or a handle and a string; answers only the result document. */
static hresult process_call(enum opcode opcode, hcs_handle process, const wide *text, wide **result) {
  if (result != NULL) *result = NULL;
  if (process == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, (uint16_t)opcode);
  call_handle(&call, process);
  if (opcode != OP_TERMINATE_PROCESS) frame_string(&call.frame, text);
  call_run(&call);
  call_result(&call, 0, result);
  call_end(&call);
  return call.status;
}

/** Reads pid, mask, endpoint and ticket at `index` and fetches the pipe ends that they name. */
static bool information_fetch(const hcs_call *call, unsigned index, hcs_process_information *information) {
  information->process_id = (uint32_t)call_integer(call, index);
  uint32_t mask = (uint32_t)call_integer(call, index + 1) & 7;
  if (mask == 0) return true;
  const wire_value *endpoint = &call->values[index + 2], *ticket = &call->values[index + 3];
  if (call->count <= index + 3 || endpoint->tag != TAG_STRING || ticket->tag != TAG_BYTES || ticket->length != 16)
    return false;
  // The string lies unaligned in the reply.
  wide path[512];
  if (endpoint->length > sizeof path) return false;
  memcpy(path, endpoint->bytes, endpoint->length);
  return pipe_ends_fetch(path, endpoint->length / sizeof(wide), mask, ticket->bytes, information);
}

/** Ends a process that nobody will get a handle of. */
static void process_abandon(hcs_handle process) {
  process_call(OP_TERMINATE_PROCESS, process, NULL, NULL);
  hcs_call call;
  call_begin(&call, OP_CLOSE_PROCESS);
  call_handle(&call, process);
  if (call_run(&call) >= 0) call_closed_handle(&call);
  call_end(&call);
}

/** When the pipe ends cannot be fetched the process is ended and 0x8007006D returned. */
HCS_EXPORT hresult HCS_CALL HcsCreateProcess(hcs_handle system, const wide *parameters,
                                             hcs_process_information *information, hcs_handle *process, wide **result) {
  if (result != NULL) *result = NULL;
  if (process != NULL) *process = NULL;
  if (information != NULL) memset(information, 0, sizeof *information);
  if (parameters == NULL || information == NULL || process == NULL) return HR_INVALID_ARGUMENT;
  if (system == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, OP_CREATE_PROCESS);
  call_handle(&call, system);
  frame_string(&call.frame, parameters);
  hresult status = call_run(&call);
  hcs_handle created = call_new_handle(&call, 0);
  if (created != NULL && !information_fetch(&call, 1, information)) {
    process_abandon(created);
    memset(information, 0, sizeof *information);
    created = NULL;
    if (status >= 0) status = HR_BROKEN_PIPE;
  }
  *process = created;
  call_result(&call, 5, result);
  call_end(&call);
  return status;
}

HCS_EXPORT hresult HCS_CALL HcsOpenProcess(hcs_handle system, uint32_t pid, hcs_handle *process, wide **result) {
  if (result != NULL) *result = NULL;
  if (process != NULL) *process = NULL;
  if (process == NULL) return HR_INVALID_ARGUMENT;
  if (system == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, OP_OPEN_PROCESS);
  call_handle(&call, system);
  frame_integer(&call.frame, pid);
  if (call_run(&call) >= 0) *process = call_new_handle(&call, 0);
  call_result(&call, 1, result);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HcsCloseProcess(hcs_handle process) {
  if (process == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, OP_CLOSE_PROCESS);
  call_handle(&call, process);
  if (call_run(&call) >= 0) call_closed_handle(&call);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HcsTerminateProcess(hcs_handle process, wide **result) {
  return process_call(OP_TERMINATE_PROCESS, process, NULL, result);
}

HCS_EXPORT hresult HCS_CALL HcsSignalProcess(hcs_handle process, const wide *options, wide **result) {
  if (options == NULL) {
    if (result != NULL) *result = NULL;
    return HR_INVALID_ARGUMENT;
  }
  return process_call(OP_SIGNAL_PROCESS, process, options, result);
}

HCS_EXPORT hresult HCS_CALL HcsModifyProcess(hcs_handle process, const wide *settings, wide **result) {
  if (settings == NULL) {
    if (result != NULL) *result = NULL;
    return HR_INVALID_ARGUMENT;
  }
  return process_call(OP_MODIFY_PROCESS, process, settings, result);
}

/** Gives new pipe ends at each call. */
HCS_EXPORT hresult HCS_CALL HcsGetProcessInfo(hcs_handle process, hcs_process_information *information, wide **result) {
  if (result != NULL) *result = NULL;
  if (information == NULL) return HR_INVALID_ARGUMENT;
  memset(information, 0, sizeof *information);
  if (process == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, OP_GET_PROCESS_INFO);
  call_handle(&call, process);
  hresult status = call_run(&call);
  if (status >= 0 && !information_fetch(&call, 0, information)) {
    memset(information, 0, sizeof *information);
    status = HR_BROKEN_PIPE;
  }
  call_result(&call, 4, result);
  call_end(&call);
  return status;
}

HCS_EXPORT hresult HCS_CALL HcsGetProcessProperties(hcs_handle process, wide **properties, wide **result) {
  if (result != NULL) *result = NULL;
  if (properties == NULL) return HR_INVALID_ARGUMENT;
  *properties = NULL;
  if (process == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, OP_GET_PROCESS_PROPERTIES);
  call_handle(&call, process);
  if (call_run(&call) >= 0) *properties = call_string(&call, 0);
  call_result(&call, 1, result);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HcsRegisterProcessCallback(hcs_handle process, hcs_callback callback, void *context,
                                                       hcs_handle *registration) {
  if (registration != NULL) *registration = NULL;
  if (callback == NULL || registration == NULL) return HR_INVALID_ARGUMENT;
  if (process == NULL) return HR_INVALID_HANDLE;
  return registration_make(OP_REGISTER_PROCESS_CALLBACK, process, callback, context, registration);
}

HCS_EXPORT hresult HCS_CALL HcsUnregisterProcessCallback(hcs_handle registration) {
  return registration_drop(OP_UNREGISTER_PROCESS_CALLBACK, registration);
}
