import * as t from 'io-ts';
import { closed, u16, u32 } from './strict.js';

/** Document of HcsCreateProcess (hcs-facts 3.3). ConsoleSize is [height, width]. */
export const ProcessConfig = closed(
  'ProcessConfig',
  {},
  {
    ApplicationName: t.string,
    CommandLine: t.string,
    CommandArgs: t.array(t.string),
    User: t.string,
    WorkingDirectory: t.string,
    Environment: t.record(t.string, t.string),
    EmulateConsole: t.boolean,
    CreateStdInPipe: t.boolean,
    CreateStdOutPipe: t.boolean,
    CreateStdErrPipe: t.boolean,
    ConsoleSize: t.tuple([u16, u16]),
    CreateInUtilityVm: t.boolean,
    OCISpecification: t.UnknownRecord,
  },
);
export type ProcessConfig = t.TypeOf<typeof ProcessConfig>;

/** What LCOW takes of an OCI specification for its init process; other members are for the guest. */
export const OciProcessPart = t.type({
  process: t.intersection([
    t.type({ args: t.array(t.string) }),
    t.partial({ cwd: t.string, env: t.array(t.string), terminal: t.boolean }),
  ]),
});

/** HcsModifyProcess (hcs-facts 3.7). Before RS5 clients always sent Height, Width and Handle; zero fields may be missing. */
export const ProcessModifyRequest = closed(
  'ProcessModifyRequest',
  { Operation: t.keyof({ ConsoleSize: null, CloseHandle: null }) },
  {
    ConsoleSize: closed('ConsoleSize', {}, { Height: u16, Width: u16 }),
    CloseHandle: closed('CloseHandle', {}, { Handle: t.keyof({ StdIn: null, StdOut: null, StdErr: null, All: null }) }),
  },
);

/** HcsSignalProcess: a name for Windows, a number for LCOW. */
export const SignalOptions = closed(
  'SignalProcessOptions',
  {
    Signal: t.union([
      t.keyof({ CtrlC: null, CtrlBreak: null, CtrlClose: null, CtrlLogOff: null, CtrlShutdown: null }),
      u32,
    ]),
  },
  {},
);
