/** Placeholder: io-ts codecs of the OCI runtime spec. */
export type OciSpec = Record<string, unknown>;
export type OciProcess = Record<string, unknown>;
