/** The answer of `initialize`. */
import { RuntimeError } from '../../core/errors.js';
import { isOlder } from '../../home/packageVersion.js';
import { PROTOCOL_VERSIONS, type HostInfo, type ParamsOf, type ResultOf } from '../protocol.js';

/** The highest version that both speak. Throws versionMismatch. */
export function negotiate(
  { protocolVersions, clientInfo }: ParamsOf<'initialize'>,
  { name, version, pid, backend, warnings }: HostInfo,
  local: boolean,
): ResultOf<'initialize'> {
  const common = PROTOCOL_VERSIONS.filter((known) => protocolVersions.includes(known));
  if (common.length === 0) {
    throw new RuntimeError(
      'versionMismatch',
      `client speaks protocol ${protocolVersions.join(', ') || 'none'}, host speaks ${PROTOCOL_VERSIONS.join(', ')}`,
      { hint: 'update the older of the two; a newer engine starts after: hcs engine stop' },
    );
  }
  const newer = clientInfo?.hostcompute;
  const told = [
    ...(warnings ?? []),
    ...(newer !== undefined && isOlder(version, newer)
      ? [
          `the engine (${version}) is older than its client (${newer}), and stays while it is in use: hcs engine restart ends it`,
        ]
      : []),
  ];
  return {
    protocolVersion: Math.max(...common),
    serverInfo: { name, version, pid },
    backend,
    capabilities: {
      events: { batch: true, resync: true },
      streams: { stdin: true, foreground: true, privatePipes: local },
      cancel: true,
      progress: true,
    },
    ...(told.length === 0 ? {} : { warnings: told }),
  };
}
