/** Read-only documents: what a container is, what it has written, what doctor found. */
import * as vscode from 'vscode';
import { messageOf, type Session } from '../host/session.js';
import { doctorText } from '../host/doctor.js';
import type { Owned } from '../signal.js';

export const INSPECT = 'hostcompute-inspect';
export const LOG = 'hostcompute-log';
export const DOCTOR = 'hostcompute-doctor';
/** More of a log than an editor likes is not opened; its end is what is looked for. */
const LOG_BYTES = 8 * 1024 * 1024;
const DRAW_MS = 200;

/** The title is the path's end; ids may hold anything, so that they travel in the query. */
export function virtual(scheme: string, names: readonly string[], extension: string): vscode.Uri {
  const title = names.map((name) => name.replace(/[\\/]/g, '_')).join(' ');
  return vscode.Uri.from({ scheme, path: `/${title}.${extension}`, query: JSON.stringify(names) });
}

const namesOf = ({ query }: vscode.Uri): readonly string[] => JSON.parse(query) as readonly string[];

export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.emitter.event;
  private readonly disposables: Owned[];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Those that are open, with the container of each. */
  private readonly inspected = new Map<string, { readonly uri: vscode.Uri; readonly id: string }>();

  constructor(private readonly session: Session) {
    const off = session.store.changed.on(({ changed, processes, structure }) => {
      for (const { uri, id } of this.inspected.values())
        if (structure || changed.includes(id) || processes.includes(id)) this.redraw(uri);
    });
    this.disposables = [
      this.emitter,
      { dispose: off },
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.inspected.delete(uri.toString())),
      ...[INSPECT, LOG, DOCTOR].map((scheme) => vscode.workspace.registerTextDocumentContentProvider(scheme, this)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      if (uri.scheme === DOCTOR) return await doctorText(this.session.locate(), this.session.environment());
      const [id = '', execId] = namesOf(uri);
      if (uri.scheme === INSPECT) this.inspected.set(uri.toString(), { uri, id });
      return await (uri.scheme === LOG ? this.logOf(id, execId) : this.stateOf(id));
    } catch (error) {
      return `${messageOf(error)}\n`;
    }
  }

  refresh(uri: vscode.Uri): void {
    this.emitter.fire(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const one of this.disposables.splice(0)) one.dispose();
  }

  private redraw(uri: vscode.Uri): void {
    const key = uri.toString();
    if (this.timers.has(key)) return;
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.emitter.fire(uri);
    }, DRAW_MS);
    this.timers.set(key, timer);
  }

  private async stateOf(id: string): Promise<string> {
    const client = await this.session.client();
    return `${JSON.stringify(await client.state(id), undefined, 2)}\n`;
  }

  private async logOf(id: string, execId: string | undefined): Promise<string> {
    const client = await this.session.client();
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const { data } of client.logs({ id, ...(execId === undefined ? {} : { execId }) })) {
      pieces.push(data);
      bytes += data.length;
      while (bytes > LOG_BYTES && pieces.length > 1) bytes -= pieces.shift()?.length ?? 0;
    }
    return Buffer.concat(pieces).toString('utf8');
  }
}
