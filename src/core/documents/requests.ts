/**
 * The small documents: queries, process and network changes, signals (hcs-facts 3.7, 3.8).
 */
import { invalidRequest, type Issue } from '../errors.js';
import { goJson, omitEmpty } from '../json/goJson.js';

/** Asks for everything that has no price; enumerates all compute systems. */
export const EMPTY_QUERY = '{}';

export interface SystemFilter {
  readonly ids?: readonly string[];
  /** `Container`, `VirtualMachine`. */
  readonly types?: readonly string[];
  readonly names?: readonly string[];
  readonly owners?: readonly string[];
}

/** Query for HcsEnumerateComputeSystems; an empty filter finds all. */
export const enumerateQuery = (filter: SystemFilter = {}): string =>
  goJson({
    Ids: omitEmpty(filter.ids),
    Types: omitEmpty(filter.types),
    Names: omitEmpty(filter.names),
    Owners: omitEmpty(filter.owners),
  });

export type PropertyType = 'Statistics' | 'ProcessList' | 'MappedVirtualDisk' | 'GuestConnection';

/** Query for HcsGetComputeSystemProperties; without types the basic properties. */
export const propertyQuery = (...types: readonly PropertyType[]): string => goJson({ PropertyTypes: omitEmpty(types) });
export const statisticsQuery = propertyQuery('Statistics');
export const processListQuery = propertyQuery('ProcessList');

/**
 * HcsModifyProcess: new size of a console in characters. Throws RuntimeError invalidRequest unless both are 1 to 65535: the seed
 * cut them to 16 bits (B22).
 */
export function resizeDocument(width: number, height: number): string {
  const issues = [...sizeIssues('width', width), ...sizeIssues('height', height)];
  if (issues.length > 0) throw invalidRequest(`a console cannot be ${width} by ${height} characters`, issues);
  return goJson({ Operation: 'ConsoleSize', ConsoleSize: { Height: height, Width: width } });
}

const sizeIssues = (path: string, size: number): Issue[] =>
  Number.isInteger(size) && size >= 1 && size <= 65535
    ? []
    : [{ path, expected: 'integer from 1 to 65535', got: String(size) }];

/** HcsModifyProcess: end of a process's stdin. */
export const closeStdinDocument = goJson({ Operation: 'CloseHandle', CloseHandle: { Handle: 'StdIn' } });

/** HcsModifyComputeSystem: attaches or detaches an HNS endpoint of a running container. */
export const networkDocument = (request: 'Add' | 'Remove', endpointId: string): string =>
  goJson({ ResourceType: 'Network', Settings: endpointId, RequestType: request });

export type WindowsSignal = 'CtrlC' | 'CtrlBreak' | 'CtrlClose' | 'CtrlLogOff' | 'CtrlShutdown';

/** HcsSignalProcess: a console event in a Windows container, a signal number in a Linux one. */
export const signalDocument = (signal: WindowsSignal | number): string => goJson({ Signal: omitEmpty(signal) });
