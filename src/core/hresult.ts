/**
 * HRESULTs of the Host Compute Service: names, meanings, and the result document (hcs-facts 1.3, 1.5, 2).
 * Every code here is unsigned 32 bits, as {@link HcsFailure.hresult} carries it.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { HcsError, type HcsErrorEvent } from './ports.js';

/** Codes of the facility 0x37 that exist as NTSTATUS-like 0xC037xxxx (v1) and, but for two, as HRESULT 0x8037xxxx (HCS_E_*). */
const SHARED = {
  0x0100: 'TERMINATED_DURING_START',
  0x0101: 'IMAGE_MISMATCH',
  0x0102: 'HYPERV_NOT_INSTALLED',
  0x0105: 'INVALID_STATE',
  0x0106: 'UNEXPECTED_EXIT',
  0x0107: 'TERMINATED',
  0x0108: 'CONNECT_FAILED',
  0x0109: 'TIMEOUT',
  0x010a: 'CONNECTION_CLOSED',
  0x010b: 'UNKNOWN_MESSAGE',
  0x010c: 'UNSUPPORTED_PROTOCOL_VERSION',
  0x010d: 'INVALID_JSON',
  0x010e: 'SYSTEM_NOT_FOUND',
  0x010f: 'SYSTEM_ALREADY_EXISTS',
  0x0110: 'SYSTEM_ALREADY_STOPPED',
  0x0111: 'PROTOCOL_ERROR',
  0x0112: 'INVALID_LAYER',
  0x0113: 'WINDOWS_INSIDER_REQUIRED',
} as const;

/** Codes that only computecore (and newer vmcompute) gives. */
const COMPUTECORE_ONLY = {
  0x0114: 'SERVICE_NOT_AVAILABLE',
  0x0115: 'OPERATION_NOT_STARTED',
  0x0116: 'OPERATION_ALREADY_STARTED',
  0x0117: 'OPERATION_PENDING',
  0x0118: 'OPERATION_TIMEOUT',
  0x0119: 'OPERATION_SYSTEM_CALLBACK_ALREADY_SET',
  0x011a: 'OPERATION_RESULT_ALLOCATION_FAILED',
  0x011b: 'ACCESS_DENIED',
  0x011c: 'GUEST_CRITICAL_ERROR',
  0x011d: 'PROCESS_INFO_NOT_AVAILABLE',
  0x011e: 'SERVICE_DISCONNECT',
  0x011f: 'PROCESS_ALREADY_STOPPED',
} as const;

/** Win32 codes that HCS gives, wrapped as 0x8007xxxx (hcs-facts 2.3). */
const WIN32 = {
  2: 'ERROR_FILE_NOT_FOUND',
  3: 'ERROR_PATH_NOT_FOUND',
  5: 'ERROR_ACCESS_DENIED',
  6: 'ERROR_INVALID_HANDLE',
  8: 'ERROR_NOT_ENOUGH_MEMORY',
  0x0d: 'ERROR_INVALID_DATA',
  0x0e: 'ERROR_OUTOFMEMORY',
  0x15: 'ERROR_NOT_READY',
  0x1f: 'ERROR_GEN_FAILURE',
  0x20: 'ERROR_SHARING_VIOLATION',
  0x32: 'ERROR_NOT_SUPPORTED',
  0x50: 'ERROR_FILE_EXISTS',
  0x57: 'ERROR_INVALID_PARAMETER',
  0x6d: 'ERROR_BROKEN_PIPE',
  0x70: 'ERROR_DISK_FULL',
  0x7b: 'ERROR_INVALID_NAME',
  0x7e: 'ERROR_MOD_NOT_FOUND',
  0x7f: 'ERROR_PROC_NOT_FOUND',
  0xa1: 'ERROR_BAD_PATHNAME',
  0xb7: 'ERROR_ALREADY_EXISTS',
  0xc1: 'ERROR_BAD_EXE_FORMAT',
  0x10b: 'ERROR_DIRECTORY',
  0x42b: 'ERROR_PROCESS_ABORTED',
  0x45b: 'ERROR_SHUTDOWN_IN_PROGRESS',
  0x48f: 'ERROR_DEVICE_NOT_CONNECTED',
  0x490: 'ERROR_NOT_FOUND',
  0x4c6: 'ERROR_NO_NETWORK',
  0x522: 'ERROR_PRIVILEGE_NOT_HELD',
  0x5aa: 'ERROR_NO_SYSTEM_RESOURCES',
  0x5b4: 'ERROR_TIMEOUT',
  0x6ba: 'RPC_S_SERVER_UNAVAILABLE',
  0x6be: 'RPC_S_CALL_FAILED',
  0x6bf: 'RPC_S_CALL_FAILED_DNE',
  0x10d8: 'ERROR_OBJECT_NOT_FOUND',
  0x2726: 'WSAEINVAL',
} as const;

const OTHER: Readonly<Record<number, string>> = {
  0x00000000: 'S_OK',
  0x00000001: 'S_FALSE',
  0x80004001: 'E_NOTIMPL',
  0x80004003: 'E_POINTER',
  0x80004004: 'E_ABORT',
  0x80004005: 'E_FAIL',
  0x8000ffff: 'E_UNEXPECTED',
  0x800401f3: 'CO_E_CLASSSTRING',
  0xc0370103: 'ERROR_VMCOMPUTE_OPERATION_PENDING',
  0xc0370104: 'ERROR_VMCOMPUTE_TOO_MANY_NOTIFICATIONS',
  0x803b0001: 'HCN_E_NETWORK_NOT_FOUND',
  0x803b0002: 'HCN_E_ENDPOINT_NOT_FOUND',
  0x803b0010: 'HCN_E_NETWORK_ALREADY_EXISTS',
  0x803b0014: 'HCN_E_ENDPOINT_ALREADY_ATTACHED',
  0x803b001b: 'HCN_E_INVALID_JSON',
  0x803b0020: 'HCN_E_MANAGER_STOPPED',
};

/** 0x80370109 is the one twin with another name than its 0xC037 sibling. */
const TWIN_NAMES: Readonly<Record<number, string>> = { 0x0109: 'CONNECTION_TIMEOUT' };

const NAMES = new Map<number, string>([
  ...Object.entries(OTHER).map(([code, name]) => [Number(code), name] as const),
  ...Object.entries(SHARED).flatMap(([code, name]) => [
    [0xc0370000 + Number(code), `ERROR_VMCOMPUTE_${name}`] as const,
    [0x80370000 + Number(code), `HCS_E_${TWIN_NAMES[Number(code)] ?? name}`] as const,
  ]),
  ...Object.entries(COMPUTECORE_ONLY).map(([code, name]) => [0x80370000 + Number(code), `HCS_E_${name}`] as const),
  ...Object.entries(WIN32).map(([code, name]) => [0x80070000 + Number(code), name] as const),
]);

/** Name of an HRESULT (`ERROR_VMCOMPUTE_INVALID_STATE`, `ERROR_ACCESS_DENIED`); `0x%08X` when it has none here. */
export function symbolOf(hresult: number): string {
  const win32 = win32Of(hresult);
  return NAMES.get(win32 === null ? hresult >>> 0 : 0x80070000 + win32) ?? hexOf(hresult);
}

/** `0x%08X`. */
export function hexOf(hresult: number): string {
  return `0x${(hresult >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** Every code with a name, for documentation and completeness tests. */
export const knownHresults: ReadonlyMap<number, string> = NAMES;

/** Negative as a signed number: bit 31 is set. Positive codes such as S_FALSE are successes. */
export const isFailure = (hresult: number): boolean => hresult >>> 31 === 1;

/** The Win32 code inside an HRESULT of facility 7 (severity and reserved bits ignored: 0xC0070005 is 5 too), else null. */
export function win32Of(hresult: number): number | null {
  return isFailure(hresult) && (hresult & 0x1fff0000) === 0x00070000 ? hresult & 0xffff : null;
}

/** One number a meaning: 0x8037xxxx of the shared range becomes 0xC037xxxx, any Win32 code 0x8007xxxx. */
export function canonical(hresult: number): number {
  const code = hresult >>> 0;
  const low = code & 0xffff;
  if (code >>> 16 === 0x8037 && low >= 0x0100 && low <= 0x0113) return 0xc0370000 + low;
  const win32 = win32Of(code);
  return win32 === null ? code : 0x80070000 + win32;
}

const meaning = (...codes: readonly number[]): ((hresult: number) => boolean) => {
  const set = new Set(codes);
  return (hresult) => set.has(canonical(hresult));
};

/** Accepted; a notification completes it. Never a failure. (0x80370117 is computecore's own and does not count.) */
export const isPending = (hresult: number): boolean => hresult >>> 0 === 0xc0370103;
/** The system or process had ended already. Not-found counts: an object that is gone has stopped. */
export const isAlreadyStopped = meaning(0xc0370110, 0x8037011f, 0x80070490);
/** No such system, process or network object. */
export const isNotExist = meaning(0xc037010e, 0x80070490, 0x803b0001, 0x803b0002);
export const isAlreadyExists = meaning(0xc037010f, 0x800700b7, 0x803b0010);
/** The object is not in a state in which the call is valid. */
export const isInvalidState = meaning(0xc0370105);
/** HCS does not know the request, or this build cannot do it. */
export const isNotSupported = meaning(0xc037010d, 0x8007000d, 0x80070032, 0xc037010b, 0x80004001);
/** The DLL lacks the export. */
export const isExportMissing = meaning(0x8007007f);
export const isAccessDenied = meaning(0x80070005, 0x8037011b, 0x80070522);
/** The handle was closed meanwhile. */
export const isInvalidHandle = meaning(0x80070006);
/** The service has died or cannot be reached: what it was asked may or may not have happened. */
export const isServiceLost = meaning(0x800706ba, 0x800706be, 0x800706bf, 0x80370114, 0x8037011e);
/** The connection to a live process or guest was torn down under it. */
export const isConnectionLost = meaning(0x8007006d, 0xc037010a);
export const isTimeout = meaning(0xc0370109, 0x80370118, 0x800705b4);
/** The way a system ends that was asked to end: terminated, exit unexpected to HCS, already stopped (hcs-facts 4.3). */
export const isExpectedEnd = meaning(0xc0370106, 0xc0370107, 0xc0370110);
/** The program does not exist (start fails with 127). */
export const isProgramNotFound = meaning(0x80070002, 0x80070003);
/** Layers: not ready yet, or prepared while another one was; worth another try (hcs-facts 7.3, 11). */
export const isNotReady = meaning(0x80070015, 0x8007048f, 0x800705b4);

/** The HRESULT of an {@link HcsError}, null for any other thrown value. By shape, since bundles may hold several copies of the class. */
export function hresultOf(error: unknown): number | null {
  if (error instanceof HcsError) return error.failure.hresult;
  const failure = (error as { failure?: { hresult?: unknown } } | null | undefined)?.failure;
  return typeof failure?.hresult === 'number' ? failure.hresult : null;
}

/** `when(isNotExist)` is a predicate on thrown values. */
export const when =
  (predicate: (hresult: number) => boolean) =>
  (error: unknown): boolean => {
    const hresult = hresultOf(error);
    return hresult !== null && predicate(hresult);
  };

const ErrorEvent = t.partial({
  Message: t.string,
  StackTrace: t.string,
  Provider: t.string,
  EventId: t.number,
  Flags: t.number,
  Source: t.string,
});

/** The `result` document of an export. Fields that we do not know (`Data`) are left out. */
const ResultDocument = t.partial({ Error: t.number, ErrorMessage: t.string, ErrorEvents: t.array(ErrorEvent) });

/** What a result document says; nothing when it is absent, not JSON or not of its shape (HCS promises neither). */
export interface ResultDetail {
  /** The document's own HRESULT, unsigned, when it has one. */
  readonly hresult: number | null;
  /** HCS's text, in the language of the machine. */
  readonly message: string | null;
  readonly events: readonly HcsErrorEvent[];
}

/** Reads a result document; never throws. */
export function parseResult(text: string | null): ResultDetail {
  const nothing: ResultDetail = { hresult: null, message: null, events: [] };
  if (text === null || text === '') return nothing;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return nothing;
  }
  const decoded = ResultDocument.decode(json);
  if (E.isLeft(decoded)) return nothing;
  const { Error: code, ErrorMessage: message, ErrorEvents: events } = decoded.right;
  return {
    hresult: code === undefined ? null : code >>> 0,
    message: message === undefined || message === '' ? null : message,
    events: (events ?? []).map(toErrorEvent),
  };
}

function toErrorEvent(event: t.TypeOf<typeof ErrorEvent>): HcsErrorEvent {
  return {
    ...(event.Message === undefined ? {} : { message: event.Message }),
    ...(event.StackTrace === undefined ? {} : { stackTrace: event.StackTrace }),
    ...(event.Provider === undefined ? {} : { provider: event.Provider }),
    ...(event.EventId === undefined ? {} : { eventId: event.EventId }),
    ...(event.Flags === undefined ? {} : { flags: event.Flags }),
    ...(event.Source === undefined ? {} : { source: event.Source }),
  };
}
