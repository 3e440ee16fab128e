/** Exit codes of Windows programs as people know them. Names: ntstatus.h and winerror.h. */
const NAMES: Readonly<Record<number, string>> = {
  0x40010004: 'DBG_TERMINATE_PROCESS',
  0x40010005: 'DBG_CONTROL_C',
  0x80000003: 'STATUS_BREAKPOINT',
  0x80000004: 'STATUS_SINGLE_STEP',
  0xc0000005: 'STATUS_ACCESS_VIOLATION',
  0xc0000006: 'STATUS_IN_PAGE_ERROR',
  0xc0000008: 'STATUS_INVALID_HANDLE',
  0xc0000017: 'STATUS_NO_MEMORY',
  0xc000001d: 'STATUS_ILLEGAL_INSTRUCTION',
  0xc0000022: 'STATUS_ACCESS_DENIED',
  0xc0000025: 'STATUS_NONCONTINUABLE_EXCEPTION',
  0xc000007b: 'STATUS_INVALID_IMAGE_FORMAT',
  0xc000008c: 'STATUS_ARRAY_BOUNDS_EXCEEDED',
  0xc000008e: 'STATUS_FLOAT_DIVIDE_BY_ZERO',
  0xc0000094: 'STATUS_INTEGER_DIVIDE_BY_ZERO',
  0xc0000095: 'STATUS_INTEGER_OVERFLOW',
  0xc00000fd: 'STATUS_STACK_OVERFLOW',
  0xc0000135: 'STATUS_DLL_NOT_FOUND',
  0xc0000138: 'STATUS_ORDINAL_NOT_FOUND',
  0xc0000139: 'STATUS_ENTRYPOINT_NOT_FOUND',
  0xc000013a: 'STATUS_CONTROL_C_EXIT',
  0xc0000142: 'STATUS_DLL_INIT_FAILED',
  0xc0000354: 'STATUS_DEBUGGER_INACTIVE',
  0xc0000374: 'STATUS_HEAP_CORRUPTION',
  0xc0000409: 'STATUS_STACK_BUFFER_OVERRUN',
  0xc0000417: 'STATUS_INVALID_CRUNTIME_PARAMETER',
  0xc0000420: 'STATUS_ASSERTION_FAILURE',
  0xc0000602: 'STATUS_FAIL_FAST_EXCEPTION',
  0xc06d007e: 'VCPP_EXCEPTION_MODULE_NOT_FOUND',
  0xe0434352: 'CLR_EXCEPTION',
  1067: 'ERROR_PROCESS_ABORTED',
};

export const hex = (code: number): string => `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;

/** `STATUS_CONTROL_C_EXIT` of 0xC000013A; undefined for a code without a known name. */
export const codeName = (code: number): string | undefined => NAMES[code >>> 0];

/** `0`, `7`, `0xC000013A (STATUS_CONTROL_C_EXIT)`: small plain numbers stay as they are. */
export function describeCode(code: number): string {
  const name = codeName(code);
  if (name !== undefined) return `${code > 65535 ? hex(code) : code} (${name})`;
  return code > 65535 ? hex(code) : String(code);
}
