/** Which paths a home may have on Windows. Pure, so that it is tested anywhere. */

/** With what lies in a home (logs, the store, scratch layers) paths stay below the 260 characters that LMDB and HCS take. */
export const MAX_HOME = 160;

const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/iu;

const REFUSED = /[<>:"|?*\u0000-\u001f]/u;

/** `\\?\C:\x` as `C:\x`: the same folder, and the spelling that every part understands. Others are left as they are. */
export const plainPath = (path: string): string => path.replace(/^\\\\[?.]\\(?=[A-Za-z]:[\\/])/u, '');

/** Why an absolute path can be no home; undefined when it can. */
export function notAHome(path: string): string | undefined {
  if (/^[\\/]{2}/u.test(path)) return 'it is on the network, or a device: a home needs a local drive';
  if (!/^[A-Za-z]:[\\/]/u.test(path)) return 'it names no drive';
  if (path.length > MAX_HOME) return `it is longer than ${MAX_HOME} characters`;
  for (const name of path.slice(3).split(/[\\/]+/u)) {
    if (DEVICE.test(name)) return `Windows keeps the name ${name} for a device`;
    if (/[. ]$/u.test(name)) return `Windows drops the dot or blank at the end of ${JSON.stringify(name)}`;
    if (REFUSED.test(name)) return `Windows has no such name as ${JSON.stringify(name)}`;
  }
  return undefined;
}
