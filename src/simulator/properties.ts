import { isLinux } from './documents/containerConfig.js';
import type { ComputeSystemQuery, PropertyQuery } from './documents/queries.js';
import { processListItem, statisticsOf } from './statistics.js';
import { shownState } from './systemState.js';
import type { ComputeSystem } from './system.js';

/** Identity and state of a compute system: one entry of an enumeration (hcs-facts 3.4). */
export function basicProperties(system: ComputeSystem, build: number): Record<string, unknown> {
  const { config } = system;
  const started = system.startedAt !== undefined;
  return {
    Id: system.id,
    State: shownState(system.state),
    Name: config.Name,
    SystemType: 'Container',
    // Builds before RS5 do not say.
    ...(build < 17763 ? {} : { RuntimeOsType: isLinux(config) ? 'Linux' : 'Windows' }),
    Owner: config.Owner ?? '',
    ...(started && !config.HvPartition ? { SiloGuid: system.siloGuid } : {}),
    RuntimeId: system.runtimeId,
    ...(config.HvRuntime?.ImagePath === undefined ? {} : { RuntimeImagePath: config.HvRuntime.ImagePath }),
    ...(system.state === 'stopped' ? { Stopped: true, ExitType: system.exitType } : {}),
  };
}

/** The properties document for `query`; null when the system went away while it was measured. */
export async function propertiesOf(system: ComputeSystem, query: PropertyQuery, build: number): Promise<object | null> {
  const wanted = new Set(query.PropertyTypes ?? []);
  const document = basicProperties(system, build);
  if (wanted.has('Statistics') || wanted.has('ProcessList')) {
    system.mustAllow('measure');
    const listed = (await system.silo?.list()) ?? null;
    if (listed === null) return null;
    if (wanted.has('Statistics')) document['Statistics'] = statisticsOf(system, listed);
    if (wanted.has('ProcessList')) document['ProcessList'] = listed.processes.map(processListItem);
  }
  if (wanted.has('MappedVirtualDisk')) document['MappedVirtualDiskControllers'] = disks(system);
  if (wanted.has('GuestConnection') && system.config.HvPartition && build >= 17763) {
    document['GuestConnectionInfo'] = {
      SupportedSchemaVersions: [{ Major: 1, Minor: 0 }],
      ProtocolVersion: 4,
      GuestDefinedCapabilities: { SignalProcessSupported: true },
    };
  }
  return document;
}

function disks(system: ComputeSystem): object {
  const mapped = system.config.MappedVirtualDisks ?? [];
  if (mapped.length === 0) return {};
  return { '0': { MappedVirtualDisks: Object.fromEntries(mapped.map((disk, i) => [String(i), disk])) } };
}

/** Whether an enumeration with this query shows the system: all given conditions, any value of each (hcs-facts 6, inferred). */
export function matches(system: ComputeSystem, query: ComputeSystemQuery): boolean {
  const any = (values: readonly string[] | undefined, actual: string): boolean =>
    values === undefined || values.some((value) => value.toLowerCase() === actual.toLowerCase());
  return (
    any(query.Ids, system.id) &&
    any(query.Types, 'Container') &&
    any(query.Names, system.config.Name) &&
    any(query.Owners, system.config.Owner ?? '')
  );
}
