import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import * as t from 'io-ts';
import { HcsFailure, failingWith } from '../failure.js';
import { readChain } from '../host/admission.js';
import { hostPath, isFolder, isWindowsPath } from '../host/paths.js';
import { ALREADY_EXISTS, E_FAIL, INVALID_LAYER, NOT_READY, PATH_NOT_FOUND, SHARING_VIOLATION } from '../hresult.js';
import { readJson, writeJson } from '../jsonFile.js';

const StoredLayer = t.intersection([
  t.type({ path: t.string, active: t.boolean }),
  t.partial({ volume: t.string, sizeBytes: t.union([t.string, t.number]) }),
]);
interface Layer {
  readonly path: string;
  active: boolean;
  /** GUID of its volume while it is prepared. */
  volume?: string;
  /** In decimal: up to 2^64-1. */
  sizeBytes?: string | number;
}

/** Names that show that a folder is a layer: nothing else is ever removed. */
const MARKS = new Set(['files', 'hives', 'utilityvm', 'sandbox.vhdx', 'layerchain.json']);

/**
 * Layer folders, and which are active and prepared: like the filter driver's state this outlives the service. A folder stands for a
 * layer; nothing is mounted.
 */
export class LayerStore {
  readonly #layers = new Map<string, Layer>();

  constructor(
    private readonly drives: string,
    private readonly file: string,
  ) {
    for (const layer of readJson(file, t.array(StoredLayer)) ?? []) this.#layers.set(layer.path, layer);
  }

  /** The host folder of `id`: absolute, or below the driver's home folder. */
  folder(home: string, id: string): string {
    return hostPath(isAbsolute(id) || isWindowsPath(id) ? id : join(home, id), this.drives);
  }

  exists(folder: string): boolean {
    return isFolder(folder);
  }

  create(folder: string, parents: readonly string[]): void {
    this.#mustBeFree(folder);
    parents.forEach((parent) => {
      this.#mustExist(parent);
    });
    failingWith(E_FAIL, `the layer ${folder} cannot be made`, () =>
      mkdirSync(join(folder, 'Files'), { recursive: true }),
    );
  }

  /** Into a folder that is empty or not there: clients of the real service make it themselves. */
  createSandbox(folder: string, parents: readonly string[]): void {
    if (!isFolder(folder) || readdirSync(folder).length > 0) this.#mustBeFree(folder);
    this.#checkParents(parents);
    failingWith(E_FAIL, `the layer ${folder} cannot be made`, () => {
      mkdirSync(join(folder, 'Files'), { recursive: true });
      writeFileSync(join(folder, 'sandbox.vhdx'), '');
    });
  }

  activate(folder: string): void {
    this.#mustExist(folder);
    this.#of(folder).active = true;
    this.#save();
  }

  deactivate(folder: string): void {
    this.#mustExist(folder);
    this.#layers.delete(folder);
    this.#save();
  }

  /** Needs an active layer (0x80070015 else) and its parents, nearest first (0x80070003 else). */
  prepare(folder: string, parents: readonly string[]): void {
    this.#mustExist(folder);
    const layer = this.#layers.get(folder);
    if (layer?.active !== true) throw new HcsFailure(NOT_READY, `the layer ${folder} is not active`);
    this.#checkParents(parents);
    const chain = readChain(folder)?.map((path) => resolve(hostPath(path, this.drives)));
    if (chain !== undefined && chain.join('\n') !== parents.map((path) => resolve(path)).join('\n'))
      throw new HcsFailure(PATH_NOT_FOUND, `the parents of ${folder} are not in the order of its layerchain.json`);
    layer.volume ??= randomUUID();
    this.#save();
  }

  unprepare(folder: string): void {
    this.#mustExist(folder);
    delete this.#layers.get(folder)?.volume;
    this.#save();
  }

  /** `\\?\Volume{guid}\` of a prepared layer; empty when it has none. */
  mountPath(folder: string): string {
    this.#mustExist(folder);
    const volume = this.#layers.get(folder)?.volume;
    return volume === undefined ? '' : `\\\\?\\Volume{${volume}}\\`;
  }

  expand(folder: string, sizeBytes: bigint): void {
    this.#mustExist(folder);
    this.#of(folder).sizeBytes = sizeBytes.toString();
    this.#save();
  }

  /** Removes the folder. 0x80070020 while prepared or `inUse`, 0xC0370112 when it does not look like a layer. */
  destroy(folder: string, inUse: boolean): void {
    this.#mustExist(folder);
    if (inUse || this.#layers.get(folder)?.volume !== undefined)
      throw new HcsFailure(SHARING_VIOLATION, `the layer ${folder} is in use`);
    const names = readdirSync(folder);
    if (names.length > 0 && !names.some((name) => MARKS.has(name.toLowerCase())))
      throw new HcsFailure(INVALID_LAYER, `${folder} does not look like a layer`);
    failingWith(E_FAIL, `the layer ${folder} cannot be removed`, () => {
      rmSync(folder, { recursive: true, force: true });
    });
    this.#layers.delete(folder);
    this.#save();
  }

  async copy(from: string, to: string): Promise<void> {
    this.#mustExist(from);
    this.#mustBeFree(to);
    await copyFolder(from, to, () => true);
  }

  /** Copies a folder of layer contents into the layer. */
  async import(folder: string, source: string, parents: readonly string[]): Promise<void> {
    this.#mustExist(source);
    this.#checkParents(parents);
    await copyFolder(source, folder, () => true);
  }

  async export(folder: string, target: string, parents: readonly string[]): Promise<void> {
    this.#mustExist(folder);
    this.#checkParents(parents);
    const left = new Set(['sandbox.vhdx', 'layerchain.json']);
    await copyFolder(folder, target, (path) => !left.has(basename(path).toLowerCase()));
  }

  #checkParents(parents: readonly string[]): void {
    parents.forEach((parent, i) => {
      this.#mustExist(parent);
      const chain = readChain(parent)?.map((path) => resolve(hostPath(path, this.drives)));
      const behind = parents.slice(i + 1).map((path) => resolve(path));
      if (chain !== undefined && chain.join('\n') !== behind.join('\n'))
        throw new HcsFailure(PATH_NOT_FOUND, `parents are given nearest first; those of ${parent} are others`);
    });
  }

  #of(folder: string): Layer {
    const known = this.#layers.get(folder);
    if (known !== undefined) return known;
    const layer: Layer = { path: folder, active: false };
    this.#layers.set(folder, layer);
    return layer;
  }

  #mustExist(folder: string): void {
    if (!isFolder(folder)) throw new HcsFailure(PATH_NOT_FOUND, `the layer ${folder} does not exist`);
  }

  #mustBeFree(folder: string): void {
    if (existsSync(folder)) throw new HcsFailure(ALREADY_EXISTS, `${folder} exists already`);
  }

  #save(): void {
    writeJson(this.file, [...this.#layers.values()]);
  }
}

async function copyFolder(from: string, to: string, wanted: (path: string) => boolean): Promise<void> {
  try {
    await cp(from, to, { recursive: true, errorOnExist: false, filter: wanted });
  } catch (e) {
    throw new HcsFailure(E_FAIL, `${from} cannot be copied: ${e instanceof Error ? e.message : String(e)}`);
  }
}
