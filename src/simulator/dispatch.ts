import { CallContext, type Answer } from './call.js';
import type { Client } from './connection.js';
import { HANDLERS } from './exports/handlers.js';
import { EXPORTS, exportOf, type ExportName } from './exports/opcodes.js';
import { HcsFailure, resultDocument } from './failure.js';
import { replacesCall, type CallFault } from './faults.js';
import { E_FAIL, isFailure, UNKNOWN_MESSAGE } from './hresult.js';
import type { Service } from './service.js';
import type { Call, DecodedValue, WireValue } from './wire.js';

interface Outcome {
  readonly hresult: number;
  readonly values: readonly WireValue[];
  readonly result: string | null;
}

/** Runs one call and answers it in the same turn, unless the export itself waits for a launcher or a failpoint holds it. */
export function dispatch(service: Service, client: Client, id: number, call: Call): void {
  const came = { at: Date.now(), ticks: performance.now() };
  const name = exportOf(call.opcode);
  const answer = (outcome: Outcome): void => {
    client.reply(id, outcome.hresult, outcome.values);
    service.trace.add({
      time: came.at,
      client: client.pid,
      thread: call.thread,
      operation: name ?? `opcode ${call.opcode}`,
      args: call.args,
      hresult: outcome.hresult,
      result: outcome.result,
      ms: performance.now() - came.ticks,
    });
  };
  if (name === undefined) {
    answer({ hresult: UNKNOWN_MESSAGE, values: [], result: null });
    return;
  }
  const begin = (): Promise<void> | undefined => {
    const fault = service.faults.onCall(name, systemOf(client, name, call.args));
    const context = new CallContext(service, client, call.args, fault?.rule);
    if (fault !== undefined) return runWithFault(service, context, name, fault, answer);
    run(service, context, name, answer);
    return undefined;
  };
  const lane = SIGNALS.has(name) ? client.handles.get(Number(call.args[0]))?.signals : undefined;
  if (lane === undefined) void begin();
  else lane.take(begin);
}

/** Carried out one after another by way of one handle of the system; none of them waits for a launcher. */
const SIGNALS: ReadonlySet<ExportName> = new Set(['HcsSignalProcess', 'HcsTerminateProcess']);

function run(service: Service, context: CallContext, name: ExportName, answer: (outcome: Outcome) => void): void {
  const done = (outcome: Outcome): void => {
    answer(outcome);
    context.answered();
  };
  try {
    const answered = HANDLERS[name](context);
    if (answered instanceof Promise) {
      answered.then(
        (value) => {
          done(succeeded(name, value));
        },
        (e: unknown) => {
          done(failed(service, name, e));
        },
      );
    } else done(succeeded(name, answered));
  } catch (e) {
    done(failed(service, name, e));
  }
}

async function runWithFault(
  service: Service,
  context: CallContext,
  name: ExportName,
  fault: CallFault,
  answer: (outcome: Outcome) => void,
): Promise<void> {
  const { rule } = fault;
  if (fault.gate !== null) await fault.gate;
  if (rule.dieService === true && rule.after !== true) service.options.die();
  if (rule.disconnect === true && rule.after !== true) {
    context.client.disconnect();
    return;
  }
  let outcome: Outcome;
  if (rule.ignored === true) outcome = succeeded(name, { hresult: rule.error ?? 0 });
  else if (replacesCall(rule)) outcome = failed(service, name, new HcsFailure(rule.error ?? E_FAIL, 'a failpoint'));
  else {
    // The system ends before anything else that this call brings about is told.
    const ends = rule.systemExits;
    const system = ends === undefined ? undefined : context.systemOrNone();
    if (ends !== undefined)
      context.afterReply(() => {
        const target = system ?? context.created;
        if (target !== undefined && target.state !== 'stopped') target.terminate(ends, 'UnexpectedExit');
      });
    try {
      outcome = succeeded(name, await HANDLERS[name](context));
    } catch (e) {
      outcome = failed(service, name, e);
    }
    if (rule.error !== undefined) outcome = { ...outcome, hresult: rule.error };
  }
  if (rule.result !== undefined) outcome = withResult(name, outcome, rule.result);
  answer(outcome);
  context.answered();
  if (rule.dieService === true) setImmediate(() => service.options.die());
  if (rule.disconnect === true)
    setImmediate(() => {
      context.client.disconnect();
    });
}

function succeeded(name: ExportName, answer: Answer): Outcome {
  return withResult(
    name,
    { hresult: answer.hresult ?? 0, values: answer.values ?? [], result: null },
    answer.result ?? null,
  );
}

function failed(service: Service, name: ExportName, e: unknown): Outcome {
  if (!(e instanceof HcsFailure))
    service.options.log(`${name}: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`);
  const hresult = e instanceof HcsFailure ? e.hresult : E_FAIL;
  const why = e instanceof HcsFailure ? e.why : 'the simulated service has a bug; see its log';
  return withResult(
    name,
    { hresult, values: [], result: null },
    isFailure(hresult) ? resultDocument(hresult, why) : null,
  );
}

/** Fills missing out-parameters with null and puts the result document, where the export has one, behind them. */
function withResult(name: ExportName, outcome: Outcome, result: string | null): Outcome {
  const shape = EXPORTS[name];
  const values = outcome.values.slice(0, shape.outs);
  while (values.length < shape.outs) values.push(null);
  return { hresult: outcome.hresult, values: shape.result ? [...values, result] : values, result };
}

/** The id of the compute system that a call is about, for failpoints. */
function systemOf(client: Client, name: ExportName, args: readonly DecodedValue[]): string | undefined {
  const [first] = args;
  if (typeof first === 'bigint') {
    const number = Number(first);
    const handle = name.startsWith('HcsUnregister') ? client.handles.holderOf(number) : client.handles.get(number);
    return handle?.system.id;
  }
  return typeof first === 'string' && (name === 'HcsCreateComputeSystem' || name === 'HcsOpenComputeSystem')
    ? first
    : undefined;
}
