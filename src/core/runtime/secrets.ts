/** Values that must never show in an error, log or trace (design 6). */
import type { OciProcess, OciSpec } from '../documents/spec.js';

/** Values of the environment, and the credential spec. */
export function secretsOf(spec: OciSpec): readonly string[] {
  const credentials = spec.windows?.credentialSpec;
  return [...environmentOf(spec.process), ...(typeof credentials === 'string' ? [credentials] : [])];
}

export const environmentOf = (process: OciProcess | undefined): readonly string[] =>
  (process?.env ?? []).map((entry) => entry.slice(entry.indexOf('=', 1) + 1));

/** The same out of the process parameters of a record. */
export function environmentOfDocument(document: string): readonly string[] {
  const { Environment } = JSON.parse(document) as { readonly Environment?: Readonly<Record<string, string>> };
  return Object.values(Environment ?? {});
}
