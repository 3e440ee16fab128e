/**
 * The file version of a Windows program: the fixed part of the version resource in a PE file (PE/COFF specification: headers,
 * section table, `.rsrc`; VS_FIXEDFILEINFO).
 */

/** Up to `length` bytes at `offset`; fewer at the end of the file, null when it cannot be read. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array | null>;

const RT_VERSION = 16;
const FIXED_SIGNATURE = 0xfeef04bd;
/** A version resource is some KiB; section tables and directories are smaller still. */
const MAX_RESOURCE = 64 * 1024;
const MAX_ENTRIES = 4096;

class NotPe extends Error {}

/** `[10, 0, 20348, 2849]`; null when the file is not there, no PE file, or has no version. Never throws for what is in the file. */
export async function fileVersion(read: ReadAt): Promise<readonly [number, number, number, number] | null> {
  try {
    const sections = await sectionsOf(read);
    const resources = sections.find(({ name }) => name === '.rsrc');
    return resources === undefined ? null : await versionIn(read, resources);
  } catch (e) {
    if (e instanceof NotPe) return null;
    throw e;
  }
}

async function view(read: ReadAt, offset: number, length: number): Promise<DataView> {
  const bytes = await read(offset, length);
  if (bytes === null || bytes.length < length) throw new NotPe();
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

interface Section {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** Where its bytes lie in the file. */
  readonly offset: number;
}

async function sectionsOf(read: ReadAt): Promise<readonly Section[]> {
  const dos = await view(read, 0, 64);
  if (dos.getUint16(0, true) !== 0x5a4d) throw new NotPe();
  const at = dos.getUint32(0x3c, true);
  const coff = await view(read, at, 24);
  if (coff.getUint32(0, true) !== 0x4550) throw new NotPe();
  const count = coff.getUint16(6, true);
  const table = await view(read, at + 24 + coff.getUint16(20, true), count * 40);
  return Array.from({ length: count }, (_, i) => ({
    name: textAt(table, i * 40, 8),
    address: table.getUint32(i * 40 + 12, true),
    size: table.getUint32(i * 40 + 16, true),
    offset: table.getUint32(i * 40 + 20, true),
  }));
}

function textAt(data: DataView, at: number, length: number): string {
  const codes = Array.from({ length }, (_, i) => data.getUint8(at + i));
  return String.fromCharCode(...codes).replace(/\0.*$/s, '');
}

/** Type 16, then its first name, then its first language: one program has one version. */
async function versionIn(read: ReadAt, section: Section): Promise<readonly [number, number, number, number] | null> {
  let at = await entryOf(read, section, 0, (id) => id === RT_VERSION);
  for (let level = 0; level < 2 && at !== null; level += 1) {
    if (at < 0x80000000) return null;
    at = await entryOf(read, section, at - 0x80000000, () => true);
  }
  if (at === null || at >= 0x80000000) return null;
  const leaf = await view(read, section.offset + at, 8);
  const inside = leaf.getUint32(0, true) - section.address;
  const size = Math.min(leaf.getUint32(4, true), MAX_RESOURCE);
  if (inside < 0 || inside + size > section.size) return null;
  const resource = await view(read, section.offset + inside, size);
  for (let i = 0; i + 16 <= size; i += 4)
    if (resource.getUint32(i, true) === FIXED_SIGNATURE)
      return [
        resource.getUint16(i + 10, true),
        resource.getUint16(i + 8, true),
        resource.getUint16(i + 14, true),
        resource.getUint16(i + 12, true),
      ];
  return null;
}

/** Where the first entry that fits leads, as the directory has it: bit 31 set for a subdirectory. */
async function entryOf(
  read: ReadAt,
  section: Section,
  directory: number,
  fits: (id: number) => boolean,
): Promise<number | null> {
  const head = await view(read, section.offset + directory, 16);
  const count = head.getUint16(12, true) + head.getUint16(14, true);
  if (count > MAX_ENTRIES) return null;
  const entries = await view(read, section.offset + directory + 16, count * 8);
  for (let i = 0; i < count; i += 1)
    if (fits(entries.getUint32(i * 8, true))) return entries.getUint32(i * 8 + 4, true);
  return null;
}
