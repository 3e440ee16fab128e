/** Which file a command about a spec means, and what it says now: unsaved text counts. */
import * as vscode from 'vscode';
import { firstMistake, isSpec, parseSpec, placeOf, type SpecText } from './text.js';

/** Names that are specs by their name alone; any other JSON is one by its `ociVersion`. */
export const NAMED = /(\.hcs\.json|\.oci\.json|^hcs\.json)$/;

export const isSpecDocument = (document: vscode.TextDocument): boolean => {
  if (!['json', 'jsonc'].includes(document.languageId)) return false;
  if (!['file', 'untitled', 'vscode-remote'].includes(document.uri.scheme)) return false;
  return NAMED.test(document.uri.path.split('/').at(-1) ?? '') || isSpec(document.getText());
};

export interface SpecSource {
  readonly uri: vscode.Uri;
  readonly spec: SpecText;
  readonly text: string;
  /** A container id after the file: `web` of `web.hcs.json`, the folder's name of `config.json`. */
  readonly suggestedId: string;
}

/** What it says is no JSON object. */
export class NoSpec extends Error {
  constructor(uri: vscode.Uri, text: string) {
    super(`${vscode.workspace.asRelativePath(uri)} is not a JSON object`);
    this.line = `${uri.fsPath}:${placeOf(text, firstMistake(text))}: error: not a JSON object`;
  }

  /** For problem matchers. */
  readonly line: string;
}

/** Of the file that is named, else of the active editor, else of one that the user picks. */
export async function readSpec(args: readonly unknown[]): Promise<SpecSource> {
  const uri = await specUri(args);
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText();
  const spec = parseSpec(text);
  if (spec === null) throw new NoSpec(uri, text);
  return { uri, spec, text, suggestedId: suggestedId(uri.path) };
}

export async function specUri([first]: readonly unknown[]): Promise<vscode.Uri> {
  if (first instanceof vscode.Uri) return first;
  if (typeof first === 'string') return vscode.Uri.file(first);
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && isSpecDocument(active)) return active.uri;
  const picked = await vscode.window.showOpenDialog({
    title: 'OCI Runtime Spec',
    filters: { JSON: ['json'] },
    canSelectMany: false,
  });
  if (picked?.[0] === undefined) throw new vscode.CancellationError();
  return picked[0];
}

export function suggestedId(path: string): string {
  const parts = path.split('/');
  const name = (parts.at(-1) ?? '').replace(/\.json$/, '').replace(/\.(hcs|oci)$/, '');
  const best = ['config', 'hcs', ''].includes(name) ? (parts.at(-2) ?? '') : name;
  return best.replace(/[^A-Za-z0-9_.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
}
