/*
 * Everything in which Windows and the POSIX systems differ for the stand-in: locks, threads, the connection to the
 * service, fetching a process's pipe ends, allocation of out-strings. Implemented by platform_posix.c and platform_win32.c.
 */
#ifndef HCS_STANDIN_PLATFORM_H
#define HCS_STANDIN_PLATFORM_H

#include "abi.h"
#include <stdbool.h>

#ifdef _WIN32
#include <windows.h>
typedef SRWLOCK platform_lock;
typedef CONDITION_VARIABLE platform_signal;
#define PLATFORM_LOCK_INIT SRWLOCK_INIT
#define PLATFORM_SIGNAL_INIT CONDITION_VARIABLE_INIT
typedef struct {
  HANDLE pipe;
  HANDLE read_event;
  HANDLE write_event;
  /** Set by transport_abort: wakes whoever reads or writes. */
  HANDLE abort_event;
} platform_transport;
#else
#include <pthread.h>
typedef pthread_mutex_t platform_lock;
typedef pthread_cond_t platform_signal;
#define PLATFORM_LOCK_INIT PTHREAD_MUTEX_INITIALIZER
#define PLATFORM_SIGNAL_INIT PTHREAD_COND_INITIALIZER
typedef struct {
  int socket;
} platform_transport;
#endif

void lock_init(platform_lock *lock);
void lock_take(platform_lock *lock);
void lock_release(platform_lock *lock);
void signal_init(platform_signal *signal);
/** Waits with `lock` held; may wake for nothing. */
void signal_wait(platform_signal *signal, platform_lock *lock);
void signal_all(platform_signal *signal);

/** A thread that nobody joins. False when the system has none to give. */
bool thread_start(void (*body)(void *), void *argument);
uint32_t thread_number(void);
uint32_t process_number(void);

/** Connects to the endpoint that HCS_SIMULATOR_ENDPOINT names, within a bound. False when it is unset or nobody is there. */
bool transport_open(platform_transport *transport);
/** Writes all of it; one writer at a time. False when the connection broke. Never raises a signal. */
bool transport_write(platform_transport *transport, const void *bytes, size_t length);
/** Reads at least one byte, at most `room`; 0 when the connection ended, broke, or nothing came for `timeout_ms` (-1: no bound). */
size_t transport_read(platform_transport *transport, void *bytes, size_t room, int timeout_ms);
/** Makes running and later reads and writes fail. From any thread. */
void transport_abort(platform_transport *transport);
/** When nobody uses it any more. */
void transport_close(platform_transport *transport);

/**
 * Fetches new pipe ends of a process. `endpoint` is `units` UTF-16 units long, not ended; `mask` and `ticket` as in
 * docs/simulator-wire.md 1. On success the ends in `information` belong to the caller. Bounded in time.
 */
bool pipe_ends_fetch(const wide *endpoint, size_t units, uint32_t mask, const uint8_t ticket[16],
                     hcs_process_information *information);

/** Memory that the ABI's caller frees: CoTaskMemAlloc on Windows, malloc elsewhere. Not counted. */
void *task_memory_allocate(size_t size);

/** Keeps this library in memory until the process ends: its threads run in it. */
void library_pin(void);

#endif
