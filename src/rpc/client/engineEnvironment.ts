/**
 * What the engine inherits of the environment of the client that happens to start it: only what is the same for all clients of a user. What a
 * client sets for itself travels in its requests.
 */
const NAMES = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'LOCALAPPDATA',
  'APPDATA',
  'USERPROFILE',
  'DOTNET_ROOT',
]);
const PREFIXES = ['XDG_', 'HCS_', 'HCSSHIM_TIMEOUT_'];

export function engineEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // Windows knows these in any case (`Path`, `SystemRoot`).
    const upper = process.platform === 'win32' ? name.toUpperCase() : name;
    const known = NAMES.has(upper);
    if (value !== undefined && (known || PREFIXES.some((prefix) => upper.startsWith(prefix)))) kept[name] = value;
  }
  return kept;
}
