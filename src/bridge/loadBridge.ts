/** Starts the CLR in this process and gets the one function of HcsBridge.cs. The only module that touches edge-js. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { RuntimeError } from '../core/errors.js';
import { findDotnet } from './findDotnet.js';

/** Sends one request to HcsBridge.cs; resolves with its answer, undecoded. Rejects only when edge itself breaks. */
export type Invoke = (request: Readonly<Record<string, unknown>>) => Promise<unknown>;

interface EdgeJs {
  func(options: {
    assemblyFile: string;
    typeName: string;
    methodName: string;
  }): (payload: unknown, callback: (error: unknown, answer: unknown) => void) => void;
}

let loaded: { readonly distFolder: string; readonly invoke: Invoke } | undefined;

/**
 * `distFolder` holds `bridge/HcsBridge.dll` and `bridge/edge/EdgeJs.dll`; edge-js is resolved from there. Loaded once a
 * process, since a process holds one CLR. Works whatever the working directory, HOME and DOTNET_ROOT are; the environment is
 * as it was afterwards. Throws RuntimeError `unavailable` with a hint when .NET, edge-js or our own files are missing.
 */
export function loadBridge(distFolder: string): Invoke {
  if (loaded !== undefined) return loaded.invoke;
  const assemblyFile = path.resolve(distFolder, 'bridge', 'HcsBridge.dll');
  const edgeFolder = path.resolve(distFolder, 'bridge', 'edge');
  for (const file of [assemblyFile, path.join(edgeFolder, 'EdgeJs.dll')]) {
    if (!fs.existsSync(file)) {
      throw unavailable(`${file} is missing`, 'build it with `npm run build:bridge`, or install the package again');
    }
  }
  const invoke = withEnvironment(environmentFor(edgeFolder), () => start(assemblyFile));
  loaded = { distFolder, invoke };
  return invoke;
}

function start(assemblyFile: string): Invoke {
  let call: ReturnType<EdgeJs['func']>;
  try {
    const edge = createRequire(assemblyFile)('edge-js') as EdgeJs;
    call = edge.func({ assemblyFile, typeName: 'HostCompute.Bridge.HcsBridge', methodName: 'Invoke' });
  } catch (e) {
    throw didNotStart(e);
  }
  return (request) =>
    new Promise((resolve, reject) => {
      call(request, (error, answer) => {
        if (error === null || error === undefined) resolve(answer);
        else
          reject(error instanceof Error ? error : new RuntimeError('internal', 'bridge: edge-js reported a failure'));
      });
    });
}

/** What edge-js says when its native part was never built, or not for this Node.js. */
const NOT_BUILT = /module is not available at|not been pre-compiled|Failed to build/;

function didNotStart(e: unknown): RuntimeError {
  const { code } = e as NodeJS.ErrnoException;
  const message = e instanceof Error ? (e.message.split('\n')[0] ?? '') : String(e);
  if (code === 'MODULE_NOT_FOUND')
    return unavailable('edge-js is not installed', 'install it with `npm install edge-js`', e);
  if (code === 'ERR_DLOPEN_FAILED' || NOT_BUILT.test(message))
    return unavailable(
      `edge-js has no native part for Node.js ${process.version}: ${message}`,
      'run `npm rebuild edge-js` with this Node.js where hostcompute is installed, or use the Node.js that it was installed with',
      e,
    );
  return unavailable(
    `the .NET bridge did not start: ${message}`,
    '`hcs doctor --bundle FILE` collects what a bug report needs',
    e,
  );
}

/**
 * What edge-js reads while it starts. NUGET_PACKAGES keeps it from picking assemblies out of a user's package cache, and from
 * failing where there is no HOME. CORECLR_VERSION: left alone, edge-js takes only the very minor version that it was built for.
 */
function environmentFor(edgeFolder: string): Readonly<Record<string, string | undefined>> {
  const dotnet = findDotnet(process.env);
  const common = { EDGE_APP_ROOT: edgeFolder, EDGE_BOOTSTRAP_DIR: edgeFolder, NUGET_PACKAGES: edgeFolder };
  if (dotnet !== null) {
    return {
      ...common,
      EDGE_USE_CORECLR: '1',
      EDGE_USE_RUNTIME_CONFIG: '1',
      CORECLR_VERSION: dotnet.runtime,
      PATH: dotnet.folder + path.delimiter + (process.env['PATH'] ?? ''),
    };
  }
  // Windows has the .NET Framework of its own, which HcsBridge.dll runs on too.
  if (process.platform === 'win32') return { ...common, EDGE_USE_CORECLR: undefined };
  throw unavailable(
    'the .NET runtime was not found',
    'install .NET 8 or later (https://dotnet.microsoft.com/download), or set DOTNET_ROOT to its folder',
  );
}

function withEnvironment<A>(values: Readonly<Record<string, string | undefined>>, run: () => A): A {
  // edge-js sets EDGE_NATIVE by itself.
  const before = [...Object.keys(values), 'EDGE_NATIVE'].map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(values)) set(name, value);
  try {
    return run();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

function unavailable(message: string, hint: string, cause?: unknown): RuntimeError {
  return new RuntimeError('unavailable', message, { hint }, { cause });
}
