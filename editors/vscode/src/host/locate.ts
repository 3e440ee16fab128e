/**
 * Which `hcs` and which Node this window uses. A script is always run by a real `node`: never through a script shim (it changes arguments),
 * never by Electron (edge-js is built for Node's ABI).
 */
import { join, isAbsolute, resolve, delimiter } from 'node:path';

export interface Surroundings {
  /** `hostcompute.path`; empty: not set. */
  readonly path: string;
  /** `hostcompute.node`; empty: not set. */
  readonly node: string;
  /** What a workspace brings is used only when it is trusted. */
  readonly trusted: boolean;
  readonly folders: readonly string[];
  /** Where the extension is installed; a platform VSIX brings a command. */
  readonly extension: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This process, when it is a real Node (remote windows), else undefined (Electron). */
  readonly ownNode: string | undefined;
  readonly home: string;
  exists(path: string): boolean;
}

export interface Located {
  readonly command: string;
  /** Before the verb. */
  readonly args: readonly string[];
  readonly source: 'setting' | 'workspace' | 'bundled' | 'PATH';
  /** For people. */
  readonly shown: string;
}

export interface NotLocated {
  readonly problem: string;
  readonly hint: string;
}

const SCRIPT = ['dist', 'bin', 'hcs.cjs'] as const;
const isScript = (path: string): boolean => /\.[cm]?js$/i.test(path);
const isShim = (path: string): boolean => /\.(cmd|bat|ps1)$/i.test(path);

export function locate(around: Surroundings): Located | NotLocated {
  const { path, folders, extension, trusted } = around;
  if (path !== '') return fromSetting(path, around);
  if (trusted) {
    for (const folder of folders) {
      // The package that the workspace depends on, or its own checkout.
      const places = [join(folder, 'node_modules', 'hostcompute', ...SCRIPT), join(folder, ...SCRIPT)];
      const found = places.find((place) => around.exists(place));
      if (found !== undefined) return byNode(found, 'workspace', around);
    }
  }
  const bundled = join(extension, 'bundled', 'node_modules', 'hostcompute', ...SCRIPT);
  if (around.exists(bundled)) return byNode(bundled, 'bundled', around);
  const onPath = lookUp(around.platform === 'win32' ? 'hcs.exe' : 'hcs', around);
  if (onPath !== undefined) return { command: onPath, args: [], source: 'PATH', shown: onPath };
  return {
    problem: 'hcs was not found: not in the setting "hostcompute.path", the workspace, this extension or the PATH',
    hint: trusted
      ? 'install it (npm install hostcompute), or set "hostcompute.path"'
      : 'this workspace is not trusted, so a command that it brings is not used; set "hostcompute.path" in the user settings',
  };
}

function fromSetting(setting: string, around: Surroundings): Located | NotLocated {
  const expanded = setting.startsWith('~/') ? join(around.home, setting.slice(2)) : setting;
  const path = isAbsolute(expanded) ? expanded : resolve(around.folders[0] ?? around.home, expanded);
  if (!around.exists(path)) {
    return { problem: `hostcompute.path: there is no ${path}`, hint: 'correct the setting, or leave it empty' };
  }
  if (isShim(path)) {
    return {
      problem: `hostcompute.path: ${path} is a script shim, which changes arguments`,
      hint: 'name the hcs.cjs or hcs.exe that it starts',
    };
  }
  if (isScript(path)) return byNode(path, 'setting', around);
  return { command: path, args: [], source: 'setting', shown: path };
}

function byNode(script: string, source: Located['source'], around: Surroundings): Located | NotLocated {
  const node = findNode(around);
  if (typeof node !== 'string') return node;
  return { command: node, args: [script], source, shown: script };
}

function findNode(around: Surroundings): string | NotLocated {
  if (around.node !== '') {
    if (around.exists(around.node)) return around.node;
    return { problem: `hostcompute.node: there is no ${around.node}`, hint: 'correct the setting, or leave it empty' };
  }
  const found = lookUp(around.platform === 'win32' ? 'node.exe' : 'node', around) ?? around.ownNode;
  return (
    found ?? {
      problem: 'no Node.js was found on the PATH',
      hint: 'install Node.js 20.19 or later, or set "hostcompute.node"',
    }
  );
}

/** Only absolute folders: a relative one would mean whatever lies in the workspace. */
function lookUp(name: string, around: Surroundings): string | undefined {
  const { env, platform } = around;
  const path = platform === 'win32' ? (env['Path'] ?? env['PATH']) : env['PATH'];
  return (path ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find((place) => around.exists(place));
}
