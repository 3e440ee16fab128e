/**
 * Network members of the container document, alike for Windows and Linux containers.
 */
import { omitEmpty, type GoJson } from '../json/goJson.js';
import type { OciWindows } from './spec.js';

export interface NetworkMembers {
  readonly endpointList: GoJson | undefined;
  readonly sharedContainerName: string | undefined;
  readonly allowUnqualifiedDNSQuery: boolean | undefined;
  readonly dnsSearchList: string | undefined;
  readonly warnings: readonly string[];
}

/** `spec.windows.network`: DNS suffixes are joined with commas; a network namespace exists in HCS schema 2 only. */
export function networkMembers(network: OciWindows['network']): NetworkMembers {
  return {
    endpointList: omitEmpty(network?.endpointList),
    sharedContainerName: omitEmpty(network?.networkSharedContainerName),
    allowUnqualifiedDNSQuery: omitEmpty(network?.allowUnqualifiedDNSQuery),
    dnsSearchList: omitEmpty(network?.DNSSearchList?.join(',')),
    warnings:
      (network?.networkNamespace ?? '') === ''
        ? []
        : ['spec.windows.network.networkNamespace is not passed on: HCS schema 1 takes endpoints only'],
  };
}
