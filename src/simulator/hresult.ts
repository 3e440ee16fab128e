/** The HRESULTs that the simulated service gives, with their meaning (hcs-facts 2.1-2.3, 7.5). Unsigned 32 bits. */
export const S_OK = 0;
export const S_FALSE = 1;
export const OPERATION_PENDING = 0xc0370103;
export const INVALID_STATE = 0xc0370105;
export const UNEXPECTED_EXIT = 0xc0370106;
export const UNKNOWN_MESSAGE = 0xc037010b;
export const INVALID_JSON = 0xc037010d;
export const SYSTEM_NOT_FOUND = 0xc037010e;
export const SYSTEM_ALREADY_EXISTS = 0xc037010f;
export const SYSTEM_ALREADY_STOPPED = 0xc0370110;
export const INVALID_LAYER = 0xc0370112;
export const PROCESS_INFO_NOT_AVAILABLE = 0x8037011d;
export const PROCESS_ALREADY_STOPPED = 0x8037011f;
export const FILE_NOT_FOUND = 0x80070002;
export const PATH_NOT_FOUND = 0x80070003;
export const ACCESS_DENIED = 0x80070005;
export const INVALID_HANDLE = 0x80070006;
export const NOT_READY = 0x80070015;
export const NOT_SUPPORTED = 0x80070032;
export const INVALID_PARAMETER = 0x80070057;
export const SHARING_VIOLATION = 0x80070020;
export const BROKEN_PIPE = 0x8007006d;
export const ALREADY_EXISTS = 0x800700b7;
export const DIRECTORY = 0x8007010b;
export const NOT_FOUND = 0x80070490;
export const E_FAIL = 0x80004005;
export const HCN_NETWORK_NOT_FOUND = 0x803b0001;
export const HCN_ENDPOINT_NOT_FOUND = 0x803b0002;
export const HCN_NETWORK_ALREADY_EXISTS = 0x803b0010;
export const HCN_ENDPOINT_ALREADY_ATTACHED = 0x803b0014;
export const HCN_INVALID_JSON = 0x803b001b;

const MESSAGES: Readonly<Record<number, string>> = {
  [OPERATION_PENDING]: 'The operation was accepted and ends by a notification.',
  [INVALID_STATE]: 'The compute system is not in a state in which this can be done.',
  [UNEXPECTED_EXIT]: 'The compute system ended unexpectedly.',
  [UNKNOWN_MESSAGE]: 'The message is not known.',
  [INVALID_JSON]: 'The JSON document is not valid here.',
  [SYSTEM_NOT_FOUND]: 'There is no compute system with this identifier.',
  [SYSTEM_ALREADY_EXISTS]: 'There is already a compute system with this identifier.',
  [SYSTEM_ALREADY_STOPPED]: 'The compute system has already stopped.',
  [INVALID_LAYER]: 'The layer is not valid.',
  [PROCESS_INFO_NOT_AVAILABLE]: 'The information about the process is not to be had any more.',
  [PROCESS_ALREADY_STOPPED]: 'The process has already ended.',
  [FILE_NOT_FOUND]: 'The file was not found.',
  [PATH_NOT_FOUND]: 'The path was not found.',
  [ACCESS_DENIED]: 'Access is denied.',
  [INVALID_HANDLE]: 'The handle is not valid.',
  [NOT_READY]: 'The device is not ready.',
  [NOT_SUPPORTED]: 'The request is not supported.',
  [INVALID_PARAMETER]: 'A parameter is not valid.',
  [SHARING_VIOLATION]: 'The file is used by another process.',
  [BROKEN_PIPE]: 'The pipe has been ended.',
  [ALREADY_EXISTS]: 'The object already exists.',
  [DIRECTORY]: 'The directory name is not valid.',
  [NOT_FOUND]: 'Element not found.',
  [E_FAIL]: 'The operation failed.',
  [HCN_NETWORK_NOT_FOUND]: 'The network was not found.',
  [HCN_ENDPOINT_NOT_FOUND]: 'The endpoint was not found.',
  [HCN_NETWORK_ALREADY_EXISTS]: 'The network already exists.',
  [HCN_ENDPOINT_ALREADY_ATTACHED]: 'The endpoint is already attached.',
  [HCN_INVALID_JSON]: 'The JSON document is not valid here.',
};

/** One plain sentence for an HRESULT; used as `ErrorMessage` of result documents. */
export const messageOf = (hresult: number): string => MESSAGES[hresult] ?? `Error ${hexOf(hresult)}.`;

/** `0x%08X`. */
export const hexOf = (hresult: number): string => `0x${(hresult >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;

export const isFailure = (hresult: number): boolean => (hresult & 0x80000000) !== 0;
