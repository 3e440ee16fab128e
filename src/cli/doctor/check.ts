/** One thing that hcs needs. `fix` says what to do, present when `ok` is false. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string;
}

export const good = (name: string, detail: string): Check => ({ name, ok: true, detail });
export const bad = (name: string, detail: string, fix: string): Check => ({ name, ok: false, detail, fix });
