/** The text of a spec file: its value with exact integers, and where in the text a path lies. */
import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';

export interface SpecText {
  readonly value: Readonly<Record<string, unknown>>;
  readonly root: Node;
}

/** null: no JSON object yet, as while somebody types; the editor says what is wrong. */
export function parseSpec(text: string): SpecText | null {
  const errors: ParseError[] = [];
  const root = parseTree(text.replace(/^\ufeff/, ' '), errors, { allowTrailingComma: false, disallowComments: true });
  if (root?.type !== 'object' || errors.length > 0) return null;
  return { value: valueOf(root, text) as Readonly<Record<string, unknown>>, root };
}

/** Where what is no JSON begins to be none; 0 when it is JSON, but no object. */
export function firstMistake(text: string): number {
  const errors: ParseError[] = [];
  parseTree(text, errors, { allowTrailingComma: false, disallowComments: true });
  return errors[0]?.offset ?? 0;
}

/** Whether it claims to be an OCI runtime spec; other JSON is left alone. */
export const isSpec = (text: string): boolean =>
  text.includes('"ociVersion"') && parseSpec(text)?.value['ociVersion'] !== undefined;

/** Integers that a double cannot hold become bigints, as the command line has it. */
function valueOf(node: Node, text: string): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(
        (node.children ?? []).flatMap(({ children }) => {
          const [key, value] = children ?? [];
          return key === undefined || value === undefined ? [] : [[String(key.value), valueOf(value, text)]];
        }),
      );
    case 'array':
      return (node.children ?? []).map((child) => valueOf(child, text));
    case 'number': {
      const literal = text.slice(node.offset, node.offset + node.length);
      const value = Number(literal);
      return Number.isSafeInteger(value) || !/^-?\d+$/.test(literal) ? value : BigInt(literal);
    }
    default:
      return node.value;
  }
}

/** `spec.mounts[0]["odd key"]` to `['mounts', 0, 'odd key']`; undefined for what is no path into the spec. */
export function segments(path: string): (string | number)[] | undefined {
  const found: (string | number)[] = [];
  let rest = path;
  const head = /^spec(?=[.[]|$)/.exec(rest);
  if (head === null) return undefined;
  rest = rest.slice(4);
  while (rest !== '') {
    const step = /^\.([A-Za-z_$][\w$-]*)|^\[(\d+)\]|^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
    if (step === null) return found;
    const [whole, name, index, quoted] = step;
    found.push(name ?? (index === undefined ? String(JSON.parse(quoted ?? '""')) : Number(index)));
    rest = rest.slice(whole.length);
  }
  return found;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Where `path` lies: its value, or of what is missing the key of the nearest thing around it that is there. */
export function spanOf(root: Node, path: string): Span {
  const steps = segments(path) ?? [];
  const exact = findNodeAtLocation(root, steps);
  if (exact !== undefined && steps.length > 0) return exact;
  for (let length = steps.length - 1; length > 0; length--) {
    const node = findNodeAtLocation(root, steps.slice(0, length));
    if (node !== undefined) return node.parent?.type === 'property' ? (node.parent.children?.[0] ?? node) : node;
  }
  // The opening brace: the whole document underlined would say nothing.
  return { offset: root.offset, length: 1 };
}

/** `LINE:COLUMN`, counted from 1. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

export interface Finding {
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly span: Span;
}

interface Issue {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** What the host says is wrong with a spec, at its places. `hint` is that of the whole. */
export function findings(
  { root }: SpecText,
  issues: readonly Issue[],
  warnings: readonly string[],
  hint?: string,
): readonly Finding[] {
  const wrong = issues.map(({ path, expected, got }, i): Finding => {
    const told = `${path}: expected ${expected}, got ${got}`;
    return {
      message: i === 0 && hint !== undefined ? `${told}\n${hint}` : told,
      severity: 'error',
      span: spanOf(root, path),
    };
  });
  // Others are about the plan (no id, no host): they are in its text.
  const doubtful = warnings.flatMap((message): Finding[] => {
    const path = /^spec(?=[.[])[^\s:]*/.exec(message)?.[0];
    return path === undefined ? [] : [{ message, severity: 'warning', span: spanOf(root, path) }];
  });
  return [...wrong, ...doubtful];
}
