/**
 * What crosses edge-js, docs/bridge-wire.md. Every answer is decoded here before anything else sees it.
 * The C# side is HcsBridge.cs; the two versions are compared at load.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { PathReporter } from 'io-ts/lib/PathReporter.js';
import { RuntimeError } from '../core/errors.js';

/** Same number as `WireVersion` in HcsBridge.cs. */
export const WIRE_VERSION = 1;

/** A misuse of the bridge, or a bug in it. */
export const Fault = t.strict({ fault: t.string }, 'Fault');

const text = t.union([t.string, t.null]);

/** Answer of every native call; `hresult` is unsigned 32 bits, `operation` is there when another export than the asked one refused. */
export const NativeAnswer = t.intersection(
  [t.strict({ hresult: t.number, result: text }), t.partial({ operation: t.string })],
  'NativeAnswer',
);
export type NativeAnswer = t.TypeOf<typeof NativeAnswer>;

/** A system or process token; there also in a refusal when the handle exists (registering the callback failed). */
export const SystemAnswer = t.partial({ system: t.number }, 'SystemAnswer');
export const ProcessAnswer = t.partial({ process: t.number, pid: t.number }, 'ProcessAnswer');
/** Which pipe ends HCS gave. */
export const EndsAnswer = t.strict(
  { pid: t.number, stdin: t.boolean, stdout: t.boolean, stderr: t.boolean },
  'EndsAnswer',
);
export const PropertiesAnswer = t.strict({ properties: text }, 'PropertiesAnswer');
export const ComputeSystemsAnswer = t.strict({ computeSystems: text }, 'ComputeSystemsAnswer');

const pipe = t.union([t.strict({ path: t.string, token: t.string }), t.null]);
export const RelayAnswer = t.strict({ stdin: pipe, stdout: pipe, stderr: pipe }, 'RelayAnswer');

export const AccountingAnswer = t.strict(
  { systems: t.number, processes: t.number, callbacks: t.number, streams: t.number, threads: t.number },
  'AccountingAnswer',
);
export const LoadAnswer = t.intersection([t.strict({ version: t.number }), AccountingAnswer], 'LoadAnswer');

const stamp = { sequence: t.number, token: t.number };
const notification = { type: t.number, status: t.number, data: text };
/** `type` is the raw notification number, `status` unsigned 32 bits, `token` that of the system or process. */
export const WireEvent = t.union(
  [
    t.strict({ ...stamp, kind: t.literal('system'), ...notification }),
    t.strict({ ...stamp, kind: t.literal('process'), ...notification }),
    t.strict({
      ...stamp,
      kind: t.literal('streamEnd'),
      stream: t.keyof({ stdout: null, stderr: null }),
      bytes: t.number,
    }),
    t.strict({ ...stamp, kind: t.literal('stdinEnd') }),
    t.strict({ ...stamp, kind: t.literal('logFailed'), message: t.string }),
    t.strict({ ...stamp, kind: t.literal('logGrew') }),
  ],
  'WireEvent',
);
export type WireEvent = t.TypeOf<typeof WireEvent>;
export const EventsAnswer = t.strict({ events: t.array(WireEvent) }, 'EventsAnswer');

/** Decodes an answer; a fault or another shape is `internal`, with the op's name and never the request's text. */
export function decodeAnswer<A>(op: string, codec: t.Type<A, unknown>, answer: unknown): A {
  if (Fault.is(answer)) throw new RuntimeError('internal', `bridge: ${op}: ${answer.fault}`);
  const decoded = codec.decode(answer);
  if (E.isRight(decoded)) return decoded.right;
  throw new RuntimeError('internal', `bridge: ${op}: unexpected answer: ${PathReporter.report(decoded).join('; ')}`);
}
