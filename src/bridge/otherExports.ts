/**
 * The exports that core calls by name (layers, HNS, service): which arguments {@link HcsPort.call} takes for each, and what of the
 * answer it gives. Arguments follow the ABI (hcs-facts 7.2, 7.5), without what the bridge fills in itself: DriverInfo
 * is left out, a descriptor array is an array of parent folders (nearest first), out-parameters are the result.
 */
import * as t from 'io-ts';
import { RuntimeError, invalidRequest } from '../core/errors.js';

const text = t.union([t.string, t.null]);
const parents = t.array(t.string);
/** Bytes; a string where the number is above 2^53. */
const size = t.union([t.number, t.string]);

interface ExportSpec {
  /** Members of the request, in the order of the arguments. */
  readonly parameters: readonly (readonly [name: string, codec: t.Mixed])[];
  /** Member of the answer that is the result; none: the call gives undefined. */
  readonly result?: readonly [name: string, codec: t.Mixed];
}

const layer = ['layer', t.string] as const;

export const OTHER_EXPORTS: Readonly<Record<string, ExportSpec>> = {
  ActivateLayer: { parameters: [layer] },
  DeactivateLayer: { parameters: [layer] },
  PrepareLayer: { parameters: [layer, ['parents', parents]] },
  UnprepareLayer: { parameters: [layer] },
  /** Null when the layer has no mount path of its own (its folder is used). */
  GetLayerMountPath: { parameters: [layer], result: ['path', text] },
  CreateLayer: { parameters: [layer, ['parent', t.string]] },
  CreateSandboxLayer: { parameters: [layer, ['parents', parents]] },
  ExpandSandboxSize: { parameters: [layer, ['sizeBytes', size]] },
  CopyLayer: {
    parameters: [layer, ['destination', t.string], ['parents', parents]],
  },
  DestroyLayer: { parameters: [layer] },
  ImportLayer: { parameters: [layer, ['folder', t.string], ['parents', parents]] },
  ExportLayer: { parameters: [layer, ['folder', t.string], ['parents', parents]] },
  LayerExists: { parameters: [layer], result: ['exists', t.boolean] },
  /** JSON text. */
  GetBaseImages: { parameters: [], result: ['images', text] },
  /** 8-4-4-4-12, lower case. */
  NameToGuid: { parameters: [['name', t.string]], result: ['guid', t.string] },
  ProcessBaseImage: { parameters: [['path', t.string]] },
  ProcessUtilityImage: { parameters: [['path', t.string]] },
  GrantVmAccess: {
    parameters: [
      ['vmId', t.string],
      ['path', t.string],
    ],
  },
  /** JSON text of HNS's envelope. */
  HNSCall: {
    parameters: [
      ['method', t.string],
      ['path', t.string],
      ['request', t.string],
    ],
    result: ['response', text],
  },
  HcsGetServiceProperties: { parameters: [['query', t.string]], result: ['properties', text] },
  HcsModifyServiceSettings: { parameters: [['settings', t.string]] },
};

/** The members of the request for `operation(...args)`. Throws `unsupported` for an unknown name, `invalidRequest` for wrong arguments. */
export function encodeCall(operation: string, args: readonly unknown[]): Readonly<Record<string, unknown>> {
  const spec = Object.hasOwn(OTHER_EXPORTS, operation) ? OTHER_EXPORTS[operation] : undefined;
  if (spec === undefined) throw new RuntimeError('unsupported', `no export ${operation} to call by name`);
  if (args.length !== spec.parameters.length) {
    throw invalidRequest(`${operation} takes ${spec.parameters.length} arguments`, [
      { path: 'args', expected: spec.parameters.map(([name]) => name).join(', '), got: `${args.length} arguments` },
    ]);
  }
  const request: Record<string, unknown> = {};
  spec.parameters.forEach(([name, codec], index) => {
    const value = args[index];
    if (!codec.is(value)) {
      throw invalidRequest(`${operation}: ${name} is not valid`, [
        { path: `args[${index}]`, expected: codec.name, got: typeof value },
      ]);
    }
    request[name] = value;
  });
  return request;
}

/** The result in an answer that HCS accepted; `internal` when it is not there. */
export function resultOf(operation: string, answer: Readonly<Record<string, unknown>>): unknown {
  const result = OTHER_EXPORTS[operation]?.result;
  if (result === undefined) return undefined;
  const [name, codec] = result;
  const value = answer[name];
  if (!codec.is(value)) throw new RuntimeError('internal', `bridge: ${operation}: unexpected ${name} in the answer`);
  return value;
}
