/* Pseudo-consoles (Windows 10 1809 and later, looked up at run time). */
#include "silo.h"

#include <stdlib.h>

typedef HRESULT(WINAPI *create_console)(COORD, HANDLE, HANDLE, DWORD, void **);
typedef HRESULT(WINAPI *resize_console)(void *, COORD);
typedef void(WINAPI *close_console)(void *);

static void *symbol(const char *name) { return (void *)(uintptr_t)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), name); }

void *console_open(uint16_t rows, uint16_t columns, HANDLE input, HANDLE output) {
  create_console create = (create_console)(uintptr_t)symbol("CreatePseudoConsole");
  void *console = NULL;
  HRESULT hr = create == NULL ? HRESULT_FROM_WIN32(ERROR_CALL_NOT_IMPLEMENTED)
                              : create((COORD){(SHORT)columns, (SHORT)rows}, input, output, 0, &console);
  if (hr >= 0) return console;
  SetLastError((DWORD)hr & 0xFFFF);
  return NULL;
}

void console_resize(void *console, uint16_t rows, uint16_t columns) {
  resize_console resize = (resize_console)(uintptr_t)symbol("ResizePseudoConsole");
  if (resize != NULL) resize(console, (COORD){(SHORT)columns, (SHORT)rows});
}

static DWORD WINAPI close_entry(void *console) {
  close_console close = (close_console)(uintptr_t)symbol("ClosePseudoConsole");
  if (close != NULL) close(console);
  return 0;
}

void console_close(void *console) {
  HANDLE thread = CreateThread(NULL, 0, close_entry, console, 0, NULL);
  if (thread != NULL) CloseHandle(thread);
}
