/**
 * `plan`: the exact documents for a spec and a target, without touching HCS (design 7).
 */
import * as E from 'fp-ts/lib/Either.js';
import { invalidRequest } from '../errors.js';
import { ContainerId } from '../model/ids.js';
import type { PlanHost, PlanReport, PlanRequest } from '../runtime.js';
import { containerDocument } from './containerDocument.js';
import { decodeAs, describe } from './decode.js';
import { always, list, string, struct, uint32 } from './goTypes.js';
import { execDocument, initDocument } from './processDocument.js';
import type { DocumentHost } from './target.js';
import { windowsPathKey } from './windowsPath.js';

/** Owner of a plan that names none: that of the seed, so that documents can be compared with Docker's. */
const PLAN_OWNER = 'docker';
/** Name of a container whose plan gives no id; a real `create` makes one up. */
export const PLAN_ID = 'hcs-000000000000';

/** Windows Server 2022 with as many processors as HCS can count. */
const ANY_HOST: DocumentHost = { build: 20348, cpus: 0xffffffff, exists: () => Promise.resolve(false) };

/**
 * The documents that `create` and `start` (or, with `exec`, an exec in that container) would pass. `request.host` is the target,
 * else `realHost`, else a Windows Server 2022 without utility VMs. Throws RuntimeError invalidRequest as those verbs would.
 */
export async function plan(request: PlanRequest, realHost?: DocumentHost): Promise<PlanReport> {
  const host = request.host === undefined ? (realHost ?? ANY_HOST) : documentHost(request.host);
  const container = await containerDocument({
    id: planId(request.id),
    owner: request.owner ?? PLAN_OWNER,
    spec: request.spec,
    host,
    runtimeOptions: request.runtimeOptions,
  });
  // Also when an exec is asked for: it needs a container that runs.
  const init = initDocument(container.spec);
  const exec =
    request.exec === undefined
      ? undefined
      : execDocument(request.exec, { lcow: container.lcow, cwd: request.spec.process?.cwd ?? '' });
  return {
    container: { document: container.document },
    process: { document: (exec ?? init).document },
    warnings: [
      ...(request.id === undefined ? [`no id was given: the document shows ${PLAN_ID}`] : []),
      ...(host === ANY_HOST ? [`no host was given: planned for Windows build ${ANY_HOST.build}`] : []),
      ...container.warnings,
      ...(exec ?? init).warnings,
    ],
  };
}

function planId(id: string | undefined): string {
  if (id === undefined) return PLAN_ID;
  if (E.isRight(ContainerId.decode(id))) return id;
  throw invalidRequest(`${JSON.stringify(id)} is not a container id`, [
    { path: 'id', expected: '1 to 128 of A-Z a-z 0-9 _ . -, the first a letter or digit', got: describe(id) },
  ]);
}

/** A plan's target as documents need it; folders are found whatever their case, kind of slash or trailing slash. */
export function documentHost(host: PlanHost): DocumentHost {
  const known = new Set(host.directories.map(windowsPathKey));
  return { build: host.build, cpus: host.cpus, exists: (path) => Promise.resolve(known.has(windowsPathKey(path))) };
}

const Host = struct({ build: always(uint32), cpus: always(uint32), directories: always(list(string)) });

/**
 * The target of a plan from unknown input (`--host FILE`, RPC): `{"build":20348,"cpus":4,"directories":[...]}`. Absent members
 * are those of a Windows Server 2022 without folders. Throws RuntimeError invalidRequest.
 */
export function decodePlanHost(input: unknown, path = 'host'): PlanHost {
  const { build, cpus, directories } = decodeAs(Host, input, path);
  if (cpus === 0)
    throw invalidRequest(`${path}.cpus is 0`, [{ path: `${path}.cpus`, expected: '1 or more', got: '0' }]);
  return {
    build: Number(build ?? ANY_HOST.build),
    cpus: Number(cpus ?? ANY_HOST.cpus),
    directories: directories ?? [],
  };
}
