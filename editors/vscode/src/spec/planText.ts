/** The plan of a spec as a text for people: the exact documents, laid out without touching a token, with what they are for as comments. */
import { applyEdits, format } from 'jsonc-parser';
import type { PlanReport } from 'hostcompute/client';

/** Only white space is added: numbers and escapes stay as HCS gets them. */
export function layOut(document: string): string {
  return applyEdits(document, format(document, undefined, { tabSize: 2, insertSpaces: true, eol: '\n' }));
}

const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => `// ${line}\n`)
    .join('');

export function planText(name: string, plan: PlanReport): string {
  const { container, process, warnings } = plan;
  // One document, or the editor's JSON support would call the second one a mistake.
  const calls = [`"HcsCreateComputeSystem":${container.document}`];
  if (process !== undefined) calls.push(`"HcsCreateProcess":${process.document}`);
  return [
    comment(`What HCS would be given for ${name}, by call; white space is added here. Nothing has been asked of HCS.`),
    ...warnings.map((warning) => comment(`warning: ${warning}`)),
    layOut(`{${calls.join(',')}}`),
    '\n',
  ].join('');
}

/** While the spec is wrong the plan of before stays, under what is wrong now. */
export function refusedText(name: string, message: string, before: string | undefined): string {
  const head = comment(`${name} cannot be planned: ${message}`);
  return before === undefined ? `${head}{}\n` : `${head}// Below: the last plan that could be made.\n\n${before}`;
}
