/**
 * Limits of `spec.windows.resources` as fields of the HCS container document.
 */
import type { GoJson } from '../json/goJson.js';
import { omitEmpty } from '../json/goJson.js';
import type { Refusal } from './refusal.js';
import type { OciWindowsResources } from './spec.js';

const MIB = 1024n * 1024n;
const INT64_MAX = 2n ** 63n - 1n;

export interface Resources {
  readonly processorCount: GoJson | undefined;
  readonly processorWeight: GoJson | undefined;
  readonly processorMaximum: GoJson | undefined;
  readonly memoryMaximumInMB: GoJson | undefined;
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

/**
 * CPU and memory limits, alike for Windows and Linux containers. A zero limit means none and is left out.
 * - more CPUs than `cpus`: the host's number, with a warning (the seed only logged it: F.4 i)
 * - several of count, shares and maximum: passed on with a warning, HCS decides (B21)
 * - memory in whole MiB, rounded down; below 1 MiB it would become "no limit" and beyond int64 negative, so both are refused (B20)
 */
export function resources(given: OciWindowsResources | undefined, cpus: number): Resources {
  const count = BigInt(given?.cpu?.count ?? 0);
  const clamped = count > BigInt(cpus);
  const limit = BigInt(given?.memory?.limit ?? 0);
  const warnings: string[] = [];
  if (clamped) warnings.push(`spec.windows.resources.cpu.count ${count} is more than the host has: ${cpus} is used`);
  if (exclusive(given?.cpu) > 1)
    warnings.push(
      'spec.windows.resources.cpu has more than one of count, shares and maximum: all are passed on, newer Windows builds accept only one',
    );
  return {
    processorCount: omitEmpty(clamped ? cpus : count),
    processorWeight: omitEmpty(given?.cpu?.shares),
    processorMaximum: omitEmpty(given?.cpu?.maximum),
    memoryMaximumInMB: omitEmpty(limit / MIB),
    refusals: memoryRefusals(limit),
    warnings,
  };
}

const exclusive = (cpu: OciWindowsResources['cpu']): number =>
  [cpu?.count, cpu?.shares, cpu?.maximum].filter((value) => BigInt(value ?? 0) !== 0n).length;

function memoryRefusals(limit: bigint): Refusal[] {
  const path = 'spec.windows.resources.memory.limit';
  if (limit > 0n && limit < MIB)
    return [
      {
        path,
        expected: 'at least 1048576 (1 MiB)',
        got: String(limit),
        hint: 'The limit is in bytes; HCS counts whole MiB and would take this for no limit. Leave it out for no limit.',
      },
    ];
  if (limit > INT64_MAX)
    return [{ path, expected: `at most ${INT64_MAX}`, got: String(limit), hint: 'Leave the limit out for no limit.' }];
  return [];
}
