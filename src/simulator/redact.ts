const HIDDEN = '***';
const LONGEST = 16 * 1024;

/** Members whose whole value is secret, and members whose values (not names) are. Compared without case. */
const SECRET = new Set(['credentials', 'credentialspec', 'password', 'secret']);

/**
 * A string argument without secrets: in a JSON document the values of the environment and credentials are hidden. Text that starts
 * like a document but is none is not shown at all, since nobody can say where its secrets are.
 */
export function redactText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `<${text.length} characters that are not JSON>`;
  }
  const shown = JSON.stringify(redact(value));
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}...` : shown;
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = key.toLowerCase();
      if (SECRET.has(name)) return [key, HIDDEN];
      if (name === 'environment' || name === 'env') return [key, hideValues(member)];
      return [key, redact(member)];
    }),
  );
}

function hideValues(environment: unknown): unknown {
  if (Array.isArray(environment)) {
    return environment.map((entry) => (typeof entry === 'string' ? entry.replace(/(?<=.)=.*/s, `=${HIDDEN}`) : HIDDEN));
  }
  if (typeof environment !== 'object' || environment === null) return HIDDEN;
  return Object.fromEntries(Object.keys(environment).map((name) => [name, HIDDEN]));
}
