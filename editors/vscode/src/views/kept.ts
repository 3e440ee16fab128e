/** Rows that were made, for as long as they would be made alike: VS Code asks for all of a list anew when one comes or goes. */
import { descriptionEnds } from '../model/describe.js';
import type { Container } from '../model/store.js';

interface Made<Row> {
  readonly container: Container;
  readonly ends: number;
  readonly row: Row;
}

/** Knows nothing of `vscode`. */
export class KeptRows<Row> {
  private readonly all = new Map<string, Made<Row>>();

  /** That of before, or what `make` makes now. */
  row(container: Container, now: number, make: (container: Container) => Row): Row {
    const { id } = container;
    const before = this.all.get(id);
    if (before !== undefined && before.container === container && now < before.ends) return before.row;
    const row = make(container);
    this.all.set(id, { container, ends: descriptionEnds(container, now), row });
    return row;
  }

  /** Those that read differently now, though nothing has happened to them. */
  aged(now: number): readonly string[] {
    const found: string[] = [];
    for (const [id, { ends }] of this.all) if (ends <= now) found.push(id);
    return found;
  }

  forget(id: string): void {
    this.all.delete(id);
  }
}
