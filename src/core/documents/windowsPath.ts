/**
 * Path arithmetic of the target, not of the machine we run on: Windows rules as Go's path/filepath has them for layer folders,
 * and slash-separated paths as Go's path package has them for the inside of a Linux guest.
 */
const isSlash = (char: string | undefined): boolean => char === '\\' || char === '/';

/** Length of the volume: `C:` or `\\server\share`; 0 when there is none. */
function volumeLength(path: string): number {
  if (/^[A-Za-z]:/.test(path)) return 2;
  return /^[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*/.exec(path)?.[0].length ?? 0;
}

const isUnc = (path: string): boolean => volumeLength(path) > 2;

/** The last component: what follows the last `\` or `/` after the volume; '' when the path ends with one. */
export function windowsBaseName(path: string): string {
  const volume = volumeLength(path);
  let start = path.length;
  while (start > volume && !isSlash(path[start - 1])) start--;
  return path.slice(start);
}

/** Joins with `\` and cleans; empty elements are skipped. Never makes a UNC path out of parts that are none. */
export function windowsJoin(...elements: readonly string[]): string {
  const parts = elements.slice(elements.findIndex((element) => element !== ''));
  const [head = '', ...rest] = parts;
  if (head === '') return '';
  // `C:` alone is relative to the current folder of that drive, and stays so.
  if (/^[\u0000-\u007f]:$/.test(head)) {
    const given = rest.findIndex((part) => part !== '');
    return windowsClean(head + (given < 0 ? '' : rest.slice(given).join('\\')));
  }
  const joined = windowsClean(parts.join('\\'));
  if (!isUnc(joined) || isUnc(windowsClean(head))) return joined;
  const cleanHead = windowsClean(head);
  return `${cleanHead}${cleanHead.endsWith('\\') ? '' : '\\'}${windowsClean(rest.join('\\'))}`;
}

/** Lexically shortest form: single `\`, no `.`, no inner `..`; '.' for an empty path. */
export function windowsClean(path: string): string {
  const volume = volumeLength(path);
  const rest = path.slice(volume);
  if (rest === '' && volume > 2) return path.replaceAll('/', '\\');
  const cleaned = clean(rest, /[\\/]/, '\\', volume === 0);
  return path.slice(0, volume).replaceAll('/', '\\') + cleaned;
}

/** As Go's path.Join: `/` only, cleaned; '' when all elements are empty. */
export function posixJoin(...elements: readonly string[]): string {
  const parts = elements.filter((element) => element !== '');
  return parts.length === 0 ? '' : clean(parts.join('/'), /\//, '/', false);
}

/** `guardDrive`: an inner element such as `C:` that comes to be the first gets `.\` before it, lest it become a drive. */
function clean(path: string, separators: RegExp, separator: string, guardDrive: boolean): string {
  const rooted = path !== '' && separators.test(path.charAt(0));
  const kept: string[] = [];
  path.split(separators).forEach((part, i) => {
    if (part === '' || part === '.') return;
    if (part === '..') {
      if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
      else if (!rooted) kept.push(part);
      return;
    }
    if (guardDrive && !rooted && i > 0 && kept.length === 0 && part.includes(':')) kept.push('.');
    kept.push(part);
  });
  const body = kept.join(separator);
  if (rooted) return separator + body;
  return body === '' ? '.' : body;
}

/** The key under which two spellings of one Windows folder meet: case, kind of slash and a trailing slash do not count. */
export const windowsPathKey = (path: string): string => path.replaceAll('/', '\\').replace(/\\+$/, '').toLowerCase();
