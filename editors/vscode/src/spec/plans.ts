/**
 * The plan of a spec beside it, as you type, and what is wrong with the spec on its lines. The host is asked only while a plan is shown or
 * the host runs anyway.
 */
import * as vscode from 'vscode';
import { DEFAULT_OWNER, isRuntimeError, type PlanReport } from 'hostcompute/client';
import { layers } from '../commands/create.js';
import { messageOf, type Session } from '../host/session.js';
import type { Owned } from '../signal.js';
import { isSpecDocument, suggestedId } from './files.js';
import { planText, refusedText } from './planText.js';
import { findings, parseSpec, type Finding } from './text.js';

const PLAN = 'hostcompute-plan';
const TYPING_MS = 200;
const PLAN_MS = 10_000;

/** `/web.hcs.json plan` of `file:///ws/web.hcs.json`; the query is the whole address. */
export const planUri = (spec: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({ scheme: PLAN, path: `/${nameOf(spec)} (plan).jsonc`, query: spec.toString() });
const specOf = (plan: vscode.Uri): vscode.Uri => vscode.Uri.parse(plan.query, true);
const nameOf = (uri: vscode.Uri): string => uri.path.split('/').at(-1) ?? '';

export class Plans implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.emitter.event;
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('hostcompute');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** By the spec's address. */
  private readonly texts = new Map<string, { readonly text: string; readonly good: string | undefined }>();
  private readonly shown = new Set<string>();
  private readonly disposables: Owned[];

  constructor(private readonly session: Session) {
    this.disposables = [
      this.emitter,
      this.diagnostics,
      vscode.workspace.registerTextDocumentContentProvider(PLAN, this),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.later(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.later(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme !== PLAN) this.diagnostics.delete(document.uri);
        else {
          this.shown.delete(document.uri.query);
          this.texts.delete(document.uri.query);
        }
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('hostcompute')) this.all();
      }),
      session.onLoaded((loaded) => {
        if (loaded) this.all();
      }),
    ];
  }

  async show(spec: vscode.Uri): Promise<void> {
    const key = spec.toString();
    this.shown.add(key);
    const document = await vscode.workspace.openTextDocument(spec);
    await this.plan(document);
    const plan = await vscode.workspace.openTextDocument(planUri(spec));
    await vscode.window.showTextDocument(plan, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const known = this.texts.get(uri.query);
    if (known !== undefined) return known.text;
    // Opened again with the window.
    this.shown.add(uri.query);
    await this.plan(await vscode.workspace.openTextDocument(specOf(uri)));
    return this.texts.get(uri.query)?.text ?? '';
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const one of this.disposables.splice(0)) one.dispose();
  }

  private all(): void {
    for (const document of vscode.workspace.textDocuments) this.later(document);
  }

  private later(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const wanted = this.shown.has(key) || this.session.supervisor.client !== undefined;
    if (!wanted || !isSpecDocument(document)) return;
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.plan(document).catch((error: unknown) => {
        this.session.log.warn(`plan: ${messageOf(error)}`);
      });
    }, TYPING_MS);
    this.timers.set(key, timer);
  }

  /** Asks for the plan of what the document says now. */
  private async plan(document: vscode.TextDocument): Promise<void> {
    const { uri, version } = document;
    const name = nameOf(uri);
    const spec = parseSpec(document.getText());
    // Half typed: the editor's own JSON support says what is missing.
    if (spec === null) {
      this.tell(uri, undefined, refusedText(name, 'it is not a JSON object', this.texts.get(uri.toString())?.good));
      return;
    }
    let found: readonly Finding[];
    let text: string;
    let good: string | undefined;
    try {
      const client = await this.session.client();
      const plan: PlanReport = await client.request(
        'container/plan',
        { spec: spec.value, owner: DEFAULT_OWNER, ...named(uri), ...settings(spec.value) },
        { timeoutMs: PLAN_MS },
      );
      good = planText(name, plan);
      text = good;
      found = findings(spec, [], plan.warnings);
    } catch (error) {
      if (!isRuntimeError(error) || error.code !== 'invalidRequest') throw error;
      const { issues, hint } = error.details;
      const list = issues ?? [{ path: 'spec', expected: 'a spec that HCS can be given', got: error.message }];
      found = findings(spec, list, [], hint);
      text = refusedText(
        name,
        list.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`).join('\n'),
        this.texts.get(uri.toString())?.good,
      );
    }
    // What was typed meanwhile has its own turn.
    if (document.isClosed || document.version !== version) return;
    this.diagnostics.set(
      uri,
      found.map((finding) => diagnostic(document, finding)),
    );
    this.tell(uri, good, text);
  }

  private tell(spec: vscode.Uri, good: string | undefined, text: string): void {
    const key = spec.toString();
    const before = this.texts.get(key);
    this.texts.set(key, { text, good: good ?? before?.good });
    if (before?.text !== text && this.shown.has(key)) this.emitter.fire(planUri(spec));
  }
}

/** The id that a command about this file would offer. */
function named({ path }: vscode.Uri): { readonly id?: string } {
  const id = suggestedId(path);
  return id === '' ? {} : { id };
}

/** As create would have it here; for another Windows, without what only this machine may have. */
function settings(spec: Readonly<Record<string, unknown>>): Partial<PlanWish> {
  const config = vscode.workspace.getConfiguration('hostcompute');
  const build = config.get<number>('plan.build', 0);
  const cpus = config.get<number>('plan.cpus', 4);
  const { builtinBase, ...layer } = layers(spec);
  return {
    ...layer,
    ...(build === 0
      ? { ...(builtinBase === true ? { builtinBase } : {}) }
      : { host: { build, cpus, directories: config.get<string[]>('plan.directories', []) } }),
  };
}

interface PlanWish {
  readonly layer: string;
  readonly builtinBase: boolean;
  readonly host: { readonly build: number; readonly cpus: number; readonly directories: string[] };
}

function diagnostic(document: vscode.TextDocument, { message, severity, span }: Finding): vscode.Diagnostic {
  const range = new vscode.Range(
    document.positionAt(span.offset),
    document.positionAt(span.offset + Math.max(1, span.length)),
  );
  const made = new vscode.Diagnostic(
    range,
    message,
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  made.source = 'hcs plan';
  return made;
}
