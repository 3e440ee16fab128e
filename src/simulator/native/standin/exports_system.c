/*
 * Exports about compute systems and the service itself (hcs-facts 1.1). Null in-pointers and out-pointers give 0x80070057, save
 * `result`, which a caller may leave out; out-pointers are null after every failure.
 */
#include "connection.h"
#include "notifications.h"
#include "opcodes.h"

/** No arguments beyond strings and a handle; answers only the result document. */
static hresult simple_call(enum opcode opcode, hcs_handle handle, const wide *text, wide **result) {
  if (result != NULL) *result = NULL;
  if (text == NULL) return HR_INVALID_ARGUMENT;
  if (handle == NULL && opcode != OP_MODIFY_SERVICE_SETTINGS) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, (uint16_t)opcode);
  if (opcode != OP_MODIFY_SERVICE_SETTINGS) call_handle(&call, handle);
  frame_string(&call.frame, text);
  call_run(&call);
  call_result(&call, 0, result);
  call_end(&call);
  return call.status;
}

/** One string in, one document out. */
static hresult query_call(enum opcode opcode, hcs_handle handle, const wide *query, wide **document, wide **result) {
  if (result != NULL) *result = NULL;
  if (document != NULL) *document = NULL;
  if (query == NULL || document == NULL) return HR_INVALID_ARGUMENT;
  if (handle == NULL && opcode == OP_GET_COMPUTE_SYSTEM_PROPERTIES) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, (uint16_t)opcode);
  if (opcode == OP_GET_COMPUTE_SYSTEM_PROPERTIES) call_handle(&call, handle);
  frame_string(&call.frame, query);
  if (call_run(&call) >= 0) *document = call_string(&call, 0);
  call_result(&call, 1, result);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HcsEnumerateComputeSystems(const wide *query, wide **systems, wide **result) {
  return query_call(OP_ENUMERATE_COMPUTE_SYSTEMS, NULL, query, systems, result);
}

HCS_EXPORT hresult HCS_CALL HcsCreateComputeSystem(const wide *id, const wide *configuration, hcs_handle identity,
                                                   hcs_handle *system, wide **result) {
  if (result != NULL) *result = NULL;
  if (system != NULL) *system = NULL;
  if (id == NULL || configuration == NULL || system == NULL) return HR_INVALID_ARGUMENT;
  hcs_call call;
  call_begin(&call, OP_CREATE_COMPUTE_SYSTEM);
  frame_string(&call.frame, id);
  frame_string(&call.frame, configuration);
  frame_integer(&call.frame, (uint64_t)(uintptr_t)identity);
  call_run(&call);
  // A pending create is a failing HRESULT and has its handle all the same.
  *system = call_new_handle(&call, 0);
  call_result(&call, 1, result);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HcsOpenComputeSystem(const wide *id, hcs_handle *system, wide **result) {
  if (result != NULL) *result = NULL;
  if (system != NULL) *system = NULL;
  if (id == NULL || system == NULL) return HR_INVALID_ARGUMENT;
  hcs_call call;
  call_begin(&call, OP_OPEN_COMPUTE_SYSTEM);
  frame_string(&call.frame, id);
  if (call_run(&call) >= 0) *system = call_new_handle(&call, 0);
  call_result(&call, 1, result);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HcsCloseComputeSystem(hcs_handle system) {
  if (system == NULL) return HR_INVALID_HANDLE;
  hcs_call call;
  call_begin(&call, OP_CLOSE_COMPUTE_SYSTEM);
  call_handle(&call, system);
  if (call_run(&call) >= 0) call_closed_handle(&call);
  call_end(&call);
  return call.status;
}

#define SYSTEM_OPERATION(name, opcode)                                                                 \
  HCS_EXPORT hresult HCS_CALL name(hcs_handle system, const wide *options, wide **result) { \
    return simple_call(opcode, system, options, result);                                               \
  }
SYSTEM_OPERATION(HcsStartComputeSystem, OP_START_COMPUTE_SYSTEM)
SYSTEM_OPERATION(HcsShutdownComputeSystem, OP_SHUTDOWN_COMPUTE_SYSTEM)
SYSTEM_OPERATION(HcsTerminateComputeSystem, OP_TERMINATE_COMPUTE_SYSTEM)
SYSTEM_OPERATION(HcsPauseComputeSystem, OP_PAUSE_COMPUTE_SYSTEM)
SYSTEM_OPERATION(HcsResumeComputeSystem, OP_RESUME_COMPUTE_SYSTEM)
SYSTEM_OPERATION(HcsSaveComputeSystem, OP_SAVE_COMPUTE_SYSTEM)
SYSTEM_OPERATION(HcsModifyComputeSystem, OP_MODIFY_COMPUTE_SYSTEM)

HCS_EXPORT hresult HCS_CALL HcsGetComputeSystemProperties(hcs_handle system, const wide *query, wide **properties,
                                                          wide **result) {
  return query_call(OP_GET_COMPUTE_SYSTEM_PROPERTIES, system, query, properties, result);
}

HCS_EXPORT hresult HCS_CALL HcsModifyServiceSettings(const wide *settings, wide **result) {
  return simple_call(OP_MODIFY_SERVICE_SETTINGS, NULL, settings, result);
}

HCS_EXPORT hresult HCS_CALL HcsGetServiceProperties(const wide *query, wide **properties, wide **result) {
  return query_call(OP_GET_SERVICE_PROPERTIES, NULL, query, properties, result);
}

HCS_EXPORT hresult HCS_CALL HcsRegisterComputeSystemCallback(hcs_handle system, hcs_callback callback, void *context,
                                                             hcs_handle *registration) {
  if (registration != NULL) *registration = NULL;
  if (callback == NULL || registration == NULL) return HR_INVALID_ARGUMENT;
  if (system == NULL) return HR_INVALID_HANDLE;
  return registration_make(OP_REGISTER_COMPUTE_SYSTEM_CALLBACK, system, callback, context, registration);
}

HCS_EXPORT hresult HCS_CALL HcsUnregisterComputeSystemCallback(hcs_handle registration) {
  return registration_drop(OP_UNREGISTER_COMPUTE_SYSTEM_CALLBACK, registration);
}
