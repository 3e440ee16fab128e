import type { Handler } from '../call.js';
import { ProcessModifyRequest, SignalOptions } from '../documents/processConfig.js';
import { decodeDocument } from '../documents/strict.js';
import { HcsFailure } from '../failure.js';
import type { ProcessHandle } from '../handles.js';
import { INVALID_JSON, NOT_FOUND, PROCESS_ALREADY_STOPPED, UNKNOWN_MESSAGE } from '../hresult.js';

/** What a console control event is to a host program. */
const SIGNALS = { CtrlC: 2, CtrlBreak: 2, CtrlClose: 1, CtrlLogOff: 1, CtrlShutdown: 15 } as const;
const RS5 = 17763;

/** system handle, pid -> handle. 0x80070490 when no process with this pid runs or is remembered. */
export const HcsOpenProcess: Handler = (call) => {
  const opener = call.system();
  const process = opener.system.processes.get(call.integer(1));
  if (process === undefined) throw new HcsFailure(NOT_FOUND);
  return { values: [call.client.handles.openProcess(opener, process).number] };
};

export const HcsCloseProcess: Handler = (call) => {
  call.client.handles.close(call.process());
  return {};
};

/** Answers before the process has ended; ProcessExited tells its end. */
export const HcsTerminateProcess: Handler = (call) => {
  live(call.process()).process.terminate();
  return {};
};

export const HcsSignalProcess: Handler = (call) => {
  const handle = call.process();
  if (call.service.options.build < RS5) throw new HcsFailure(UNKNOWN_MESSAGE);
  const { Signal } = decodeDocument(SignalOptions, call.text(1));
  const signal = typeof Signal === 'number' ? Signal : SIGNALS[Signal];
  if (signal < 1 || signal > 64) throw new HcsFailure(INVALID_JSON, 'Signal: expected 1 to 64');
  live(handle).process.signal(signal);
  return {};
};

/** handle -> pid, mask, endpoint, ticket. */
export const HcsGetProcessInfo: Handler = (call) => {
  const { process } = call.process();
  const ends = process.pipeEnds();
  return { values: [process.pid, ends.mask, ends.endpoint, ends.ticket] };
};

/** handle -> ProcessStatus. */
export const HcsGetProcessProperties: Handler = (call) => ({
  values: [JSON.stringify(call.process().process.status)],
});

export const HcsModifyProcess: Handler = (call) => {
  const handle = call.process();
  const request = decodeDocument(ProcessModifyRequest, call.string(1));
  const { process } = live(handle);
  if (request.Operation === 'ConsoleSize') {
    process.resize(request.ConsoleSize?.Height ?? 0, request.ConsoleSize?.Width ?? 0);
  } else {
    const which = request.CloseHandle?.Handle;
    if (which === undefined) throw new HcsFailure(INVALID_JSON, 'ProcessModifyRequest.CloseHandle.Handle: missing');
    process.closeHandle(which);
  }
  return {};
};

/** An ended process says so whatever its system does; else the system must be in a state in which processes are controlled. */
function live(handle: ProcessHandle): ProcessHandle {
  if (handle.process.exited) throw new HcsFailure(PROCESS_ALREADY_STOPPED);
  handle.system.mustAllow('controlProcess');
  return handle;
}
