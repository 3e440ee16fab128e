/**
 * What containers stand on, in memory: layer folders with the filter driver's state, and the Host Networking Service. Answers
 * FakeHcs.call; the calls are in FakeHcs.calls, with the last component of the folder: `PrepareLayer scratch`.
 */
import type { LayerFiles, LayerPlaces } from '#src/core/layers/files.js';
import { failure } from './fakeHcs.js';

const PATH_NOT_FOUND = 0x80070003;
const NOT_READY = 0x80070015;
const SHARING_VIOLATION = 0x80070020;
const ALREADY_EXISTS = 0x800700b7;

interface Endpoint {
  readonly ID: string;
  readonly Name?: string;
  readonly VirtualNetwork?: string;
}

export class FakeGround implements LayerPlaces {
  readonly scratchRoot = '/home/scratch';
  readonly stores = [];
  /** Folders, and files with their text. */
  readonly folders = new Set(['/layers', '/layers/app', '/layers/base']);
  readonly texts = new Map([
    ['/layers/app/layerchain.json', '["/layers/base"]'],
    ['/layers/base/layerchain.json', 'null'],
  ]);
  readonly active = new Set<string>();
  readonly volumes = new Map<string, string>();
  readonly sizes = new Map<string, unknown>();
  readonly networks = [{ ID: 'AAAAAAAA-0000-0000-0000-000000000001', Name: 'nat', Type: 'nat' }];
  readonly endpoints = new Map<string, Endpoint>();
  /** Folders in which something is open: they cannot be renamed. */
  readonly open = new Set<string>();
  /** PrepareLayer calls under way, and the most there were at a time. */
  preparing = 0;
  mostPreparing = 0;
  /** Kept until this resolves. */
  prepareTakes: () => Promise<unknown> = () => Promise.resolve();
  #serial = 0;

  readonly files: { -readonly [K in keyof LayerFiles]: LayerFiles[K] } = {
    join: (...parts) => parts.join('/'),
    isFolder: (path) => Promise.resolve(this.folders.has(path)),
    names: (folder) =>
      Promise.resolve(
        [...this.folders, ...this.texts.keys()]
          .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
          .map((path) => path.slice(folder.length + 1))
          .sort(),
      ),
    readText: (file) => Promise.resolve(this.texts.get(file) ?? null),
    writeText: (file, text) => {
      this.texts.set(file, text);
      return Promise.resolve();
    },
    readBytes: () => Promise.resolve(null),
    makeFolder: (folder) => {
      this.folders.add(folder);
      return Promise.resolve();
    },
    rename: (from, to) => {
      if (!this.folders.has(from)) return Promise.reject(new Error(`ENOENT: ${from}`));
      if (this.open.has(from) || this.volumes.has(from) || this.active.has(from))
        return Promise.reject(new Error(`EPERM: ${from}`));
      this.#move(from, to);
      return Promise.resolve();
    },
  };

  /** Folders below the scratch root, endpoints and volumes: nothing may be here when all is deleted. */
  get left(): readonly string[] {
    return [
      ...[...this.folders].filter((folder) => folder.startsWith(`${this.scratchRoot}/`)),
      ...[...this.endpoints.values()].map(({ ID }) => `endpoint ${ID}`),
      ...[...this.volumes.keys()].map((folder) => `volume of ${folder}`),
      ...[...this.active].map((folder) => `disk of ${folder}`),
    ];
  }

  call = async (operation: string, args: readonly unknown[]): Promise<unknown> => {
    const [first, second] = args as [string, unknown];
    switch (operation) {
      case 'HNSCall':
        return this.#hns(first, second as string, args[2] as string);
      case 'CreateSandboxLayer':
        if (this.folders.has(first)) throw failure(operation, ALREADY_EXISTS);
        for (const parent of second as string[])
          if (!this.folders.has(parent)) throw failure(operation, PATH_NOT_FOUND);
        this.folders.add(first);
        this.texts.set(`${first}/sandbox.vhdx`, '');
        return undefined;
      case 'LayerExists':
        return this.folders.has(first);
      case 'GetBaseImages':
        return null;
      default:
        if (!this.folders.has(first)) throw failure(operation, PATH_NOT_FOUND);
        return this.#layer(operation, first, args);
    }
  };

  async #layer(operation: string, folder: string, args: readonly unknown[]): Promise<unknown> {
    switch (operation) {
      case 'ExpandSandboxSize':
        this.sizes.set(folder, args[1]);
        return undefined;
      case 'ActivateLayer':
        this.active.add(folder);
        return undefined;
      case 'PrepareLayer':
        if (!this.active.has(folder)) throw failure(operation, NOT_READY);
        this.preparing += 1;
        this.mostPreparing = Math.max(this.mostPreparing, this.preparing);
        await this.prepareTakes();
        this.preparing -= 1;
        this.volumes.set(
          folder,
          `\\\\?\\Volume{${(++this.#serial).toString().padStart(8, '0')}-0000-0000-0000-000000000000}\\`,
        );
        return undefined;
      case 'GetLayerMountPath':
        return this.volumes.get(folder) ?? '';
      case 'UnprepareLayer':
        this.volumes.delete(folder);
        return undefined;
      case 'DeactivateLayer':
        this.active.delete(folder);
        return undefined;
      case 'DestroyLayer':
        if (this.volumes.has(folder)) throw failure(operation, SHARING_VIOLATION);
        this.#move(folder, null);
        return undefined;
      default:
        return undefined;
    }
  }

  #move(from: string, to: string | null): void {
    for (const path of [...this.folders].filter((item) => item === from || item.startsWith(`${from}/`))) {
      this.folders.delete(path);
      if (to !== null) this.folders.add(to + path.slice(from.length));
    }
    for (const [path, text] of [...this.texts].filter(([item]) => item.startsWith(`${from}/`))) {
      this.texts.delete(path);
      if (to !== null) this.texts.set(to + path.slice(from.length), text);
    }
  }

  #hns(method: string, path: string, request: string): string {
    const ok = (Output?: unknown): string =>
      JSON.stringify({ Success: true, ...(Output === undefined ? {} : { Output }) });
    const [, noun, id = ''] = path.split('/');
    if (noun === 'networks' && method === 'GET') return ok(this.networks);
    if (noun === 'endpoints' && method === 'GET') return ok([...this.endpoints.values()]);
    if (noun === 'endpoints' && method === 'POST') {
      const endpoint = {
        ...(JSON.parse(request) as Endpoint),
        ID: `EEEEEEEE-0000-0000-0000-${(++this.#serial).toString().padStart(12, '0')}`,
      };
      this.endpoints.set(endpoint.ID.toLowerCase(), endpoint);
      return ok(endpoint);
    }
    if (noun === 'endpoints' && method === 'DELETE' && this.endpoints.delete(id)) return ok();
    return JSON.stringify({ Success: false, Error: 'Element not found. ' });
  }
}
