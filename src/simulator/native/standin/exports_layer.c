/*
 * Layer and network exports (hcs-facts 7.1, 7.2, 7.5). A descriptor array may be null when its count is 0; `parent` of
 * CreateSandboxLayer is passed on as it is (clients pass 0).
 */
#include "connection.h"
#include "opcodes.h"

#include <string.h>

/** Starts a call with the driver's Flavour and HomeDir and the layer's id. False when one of them is null. */
static bool layer_begin(hcs_call *call, enum opcode opcode, const hcs_driver_info *driver, const wide *id) {
  if (driver == NULL || driver->home_dir == NULL || id == NULL) return false;
  call_begin(call, (uint16_t)opcode);
  // A 32-bit number with padding; hcsshim writes 64 bits.
  frame_integer(&call->frame, (uint32_t)driver->flavour);
  frame_string(&call->frame, driver->home_dir);
  frame_string(&call->frame, id);
  return true;
}

/** False when an entry, or the array, is null. */
static bool layer_parents(hcs_call *call, const hcs_layer_descriptor *parents, size_t count) {
  // On Windows the count may be a 32-bit argument: its upper half is then not defined.
  count = (uint32_t)count;
  if (count > 0 && parents == NULL) return false;
  frame_integer(&call->frame, count);
  for (size_t i = 0; i < count; i++) {
    if (parents[i].path == NULL) return false;
    frame_bytes(&call->frame, parents[i].layer_id.bytes, sizeof parents[i].layer_id.bytes);
    frame_integer(&call->frame, parents[i].flags);
    frame_string(&call->frame, parents[i].path);
  }
  return true;
}

static hresult layer_run(hcs_call *call) {
  call_run(call);
  call_end(call);
  return call->status;
}

static hresult layer_refuse(hcs_call *call) {
  call_end(call);
  return HR_INVALID_ARGUMENT;
}

static hresult layer_plain(enum opcode opcode, const hcs_driver_info *driver, const wide *id) {
  hcs_call call;
  return layer_begin(&call, opcode, driver, id) ? layer_run(&call) : HR_INVALID_ARGUMENT;
}

/** A layer, perhaps another path, and its parents. */
static hresult layer_chained(enum opcode opcode, const hcs_driver_info *driver, const wide *id, const wide *path,
                             const hcs_layer_descriptor *parents, size_t count) {
  hcs_call call;
  if (!layer_begin(&call, opcode, driver, id)) return HR_INVALID_ARGUMENT;
  if (opcode != OP_PREPARE_LAYER) {
    if (path == NULL) return layer_refuse(&call);
    frame_string(&call.frame, path);
  }
  return layer_parents(&call, parents, count) ? layer_run(&call) : layer_refuse(&call);
}

HCS_EXPORT hresult HCS_CALL ActivateLayer(const hcs_driver_info *driver, const wide *id) {
  return layer_plain(OP_ACTIVATE_LAYER, driver, id);
}

HCS_EXPORT hresult HCS_CALL DeactivateLayer(const hcs_driver_info *driver, const wide *id) {
  return layer_plain(OP_DEACTIVATE_LAYER, driver, id);
}

HCS_EXPORT hresult HCS_CALL UnprepareLayer(const hcs_driver_info *driver, const wide *id) {
  return layer_plain(OP_UNPREPARE_LAYER, driver, id);
}

HCS_EXPORT hresult HCS_CALL DestroyLayer(const hcs_driver_info *driver, const wide *id) {
  return layer_plain(OP_DESTROY_LAYER, driver, id);
}

HCS_EXPORT hresult HCS_CALL PrepareLayer(const hcs_driver_info *driver, const wide *id,
                                         const hcs_layer_descriptor *parents, size_t count) {
  return layer_chained(OP_PREPARE_LAYER, driver, id, NULL, parents, count);
}

HCS_EXPORT hresult HCS_CALL CopyLayer(const hcs_driver_info *driver, const wide *source, const wide *destination,
                                      const hcs_layer_descriptor *parents, size_t count) {
  return layer_chained(OP_COPY_LAYER, driver, source, destination, parents, count);
}

HCS_EXPORT hresult HCS_CALL ImportLayer(const hcs_driver_info *driver, const wide *id, const wide *folder,
                                        const hcs_layer_descriptor *parents, size_t count) {
  return layer_chained(OP_IMPORT_LAYER, driver, id, folder, parents, count);
}

HCS_EXPORT hresult HCS_CALL ExportLayer(const hcs_driver_info *driver, const wide *id, const wide *folder,
                                        const hcs_layer_descriptor *parents, size_t count) {
  return layer_chained(OP_EXPORT_LAYER, driver, id, folder, parents, count);
}

HCS_EXPORT hresult HCS_CALL CreateLayer(const hcs_driver_info *driver, const wide *id, const wide *parent) {
  hcs_call call;
  if (parent == NULL || !layer_begin(&call, OP_CREATE_LAYER, driver, id)) return HR_INVALID_ARGUMENT;
  frame_string(&call.frame, parent);
  return layer_run(&call);
}

HCS_EXPORT hresult HCS_CALL CreateSandboxLayer(const hcs_driver_info *driver, const wide *id, void *parent,
                                               const hcs_layer_descriptor *parents, size_t count) {
  hcs_call call;
  if (!layer_begin(&call, OP_CREATE_SANDBOX_LAYER, driver, id)) return HR_INVALID_ARGUMENT;
  frame_integer(&call.frame, (uint64_t)(uintptr_t)parent);
  return layer_parents(&call, parents, count) ? layer_run(&call) : layer_refuse(&call);
}

HCS_EXPORT hresult HCS_CALL ExpandSandboxSize(const hcs_driver_info *driver, const wide *id, uint64_t size) {
  hcs_call call;
  if (!layer_begin(&call, OP_EXPAND_SANDBOX_SIZE, driver, id)) return HR_INVALID_ARGUMENT;
  frame_integer(&call.frame, size);
  return layer_run(&call);
}

/**
 * `length` counts UTF-16 units with the ending zero. Without a buffer it is only written; with one it says how much room there
 * is, 0x8007007A when too little (then it is the room needed). 0: the layer has no mount path.
 */
HCS_EXPORT hresult HCS_CALL GetLayerMountPath(const hcs_driver_info *driver, const wide *id, size_t *length,
                                              wide *buffer) {
  hcs_call call;
  if (length == NULL || !layer_begin(&call, OP_GET_LAYER_MOUNT_PATH, driver, id)) return HR_INVALID_ARGUMENT;
  hresult status = call_run(&call);
  if (status >= 0) {
    const wire_value *path = &call.values[0];
    bool mounted = call.count > 0 && path->tag == TAG_STRING && path->length > 0;
    size_t needed = mounted ? path->length / sizeof(wide) + 1 : 0;
    if (buffer != NULL && *length < needed) {
      status = HR_INSUFFICIENT_BUFFER;
    } else if (buffer != NULL && mounted) {
      memcpy(buffer, path->bytes, path->length);
      buffer[needed - 1] = 0;
    }
    *length = needed;
  }
  call_end(&call);
  return status;
}

HCS_EXPORT hresult HCS_CALL LayerExists(const hcs_driver_info *driver, const wide *id, uint32_t *exists) {
  hcs_call call;
  if (exists != NULL) *exists = 0;
  if (exists == NULL || !layer_begin(&call, OP_LAYER_EXISTS, driver, id)) return HR_INVALID_ARGUMENT;
  if (call_run(&call) >= 0) *exists = (uint32_t)call_integer(&call, 0);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL GetBaseImages(wide **images) {
  if (images == NULL) return HR_INVALID_ARGUMENT;
  *images = NULL;
  hcs_call call;
  call_begin(&call, OP_GET_BASE_IMAGES);
  if (call_run(&call) >= 0) *images = call_string(&call, 0);
  call_end(&call);
  return call.status;
}

static hresult strings_call(enum opcode opcode, const wide *first, const wide *second) {
  hcs_call call;
  call_begin(&call, (uint16_t)opcode);
  frame_string(&call.frame, first);
  if (second != NULL) frame_string(&call.frame, second);
  return layer_run(&call);
}

HCS_EXPORT hresult HCS_CALL ProcessBaseImage(const wide *path) {
  return path == NULL ? HR_INVALID_ARGUMENT : strings_call(OP_PROCESS_BASE_IMAGE, path, NULL);
}

HCS_EXPORT hresult HCS_CALL ProcessUtilityImage(const wide *path) {
  return path == NULL ? HR_INVALID_ARGUMENT : strings_call(OP_PROCESS_UTILITY_IMAGE, path, NULL);
}

HCS_EXPORT hresult HCS_CALL GrantVmAccess(const wide *vm, const wide *path) {
  return vm == NULL || path == NULL ? HR_INVALID_ARGUMENT : strings_call(OP_GRANT_VM_ACCESS, vm, path);
}

HCS_EXPORT hresult HCS_CALL NameToGuid(const wide *name, hcs_guid *guid) {
  if (guid != NULL) memset(guid, 0, sizeof *guid);
  if (name == NULL || guid == NULL) return HR_INVALID_ARGUMENT;
  hcs_call call;
  call_begin(&call, OP_NAME_TO_GUID);
  frame_string(&call.frame, name);
  call_run(&call);
  if (call.count > 0 && call.values[0].tag == TAG_BYTES && call.values[0].length == sizeof guid->bytes)
    memcpy(guid->bytes, call.values[0].bytes, sizeof guid->bytes);
  call_end(&call);
  return call.status;
}

HCS_EXPORT hresult HCS_CALL HNSCall(const wide *method, const wide *path, const wide *request, wide **response) {
  if (response != NULL) *response = NULL;
  if (method == NULL || path == NULL || request == NULL || response == NULL) return HR_INVALID_ARGUMENT;
  hcs_call call;
  call_begin(&call, OP_HNS_CALL);
  frame_string(&call.frame, method);
  frame_string(&call.frame, path);
  frame_string(&call.frame, request);
  call_run(&call);
  *response = call_string(&call, 0);
  call_end(&call);
  return call.status;
}
