/** What layer work needs to see of the disk. Paths are absolute and have the form of the machine we run on. */
export interface LayerFiles {
  join(...parts: readonly string[]): string;
  /** False when there is nothing, or something else. */
  isFolder(path: string): Promise<boolean>;
  /** Names in a folder, sorted; none when there is no such folder or it may not be read. */
  names(folder: string): Promise<readonly string[]>;
  /** null: there is no such file. Rejects when it cannot be read. */
  readText(file: string): Promise<string | null>;
  writeText(file: string, text: string): Promise<void>;
  /** Up to `length` bytes; fewer at the end of the file. null: there is no such file, or it may not be read. */
  readBytes(file: string, offset: number, length: number): Promise<Uint8Array | null>;
  /** With its parents, for this user alone. */
  makeFolder(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

export type LayerSource = 'docker' | 'containerd' | 'simulator' | 'folder';

/** Where layers are, and where ours go. */
export interface LayerPlaces {
  readonly files: LayerFiles;
  /** The folder in which scratch layers of containers are made; nothing else lies there. */
  readonly scratchRoot: string;
  /** Folders whose subfolders are layers that somebody has unpacked. */
  readonly stores: readonly { readonly source: LayerSource; readonly folder: string }[];
}

/** `C:\x`, `\\server\x`, `\\?\x` or `/x`. */
export const isAbsolute = (path: string): boolean => /^([A-Za-z]:[\\/]|[\\/])/.test(path) && !path.includes('\0');
