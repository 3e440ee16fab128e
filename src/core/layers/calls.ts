/** The layer exports of vmcompute (hcs-facts 7.2), typed. Each rejects with HcsError when HCS refuses; none is bounded in time. */
import type { HcsPort } from '../ports.js';

/** Bytes as {@link HcsPort.call} takes them. */
const size = (bytes: number | bigint): number | string => {
  const number = Number(bytes);
  return Number.isSafeInteger(number) ? number : bytes.toString();
};

export class LayerCalls {
  /** The PrepareLayer that was begun last. */
  #preparing: Promise<unknown> = Promise.resolve();

  /** One for the process: it keeps PrepareLayer serial. */
  constructor(private readonly hcs: Pick<HcsPort, 'call'>) {}

  async createScratch(layer: string, parents: readonly string[]): Promise<void> {
    await this.hcs.call('CreateSandboxLayer', [layer, [...parents]]);
  }

  async expand(layer: string, bytes: number | bigint): Promise<void> {
    await this.hcs.call('ExpandSandboxSize', [layer, size(bytes)]);
  }

  async activate(layer: string): Promise<void> {
    await this.hcs.call('ActivateLayer', [layer]);
  }

  /**
   * One at a time in this process: two at once fail (hcsshim#81). One that hangs holds the others until it returns; one whose
   * `signal` fires before its turn is never made and rejects at once.
   */
  prepare(layer: string, parents: readonly string[], signal: AbortSignal): Promise<void> {
    const before = this.#preparing;
    const mine = Promise.race([before, fired(signal)]).then(async () => {
      signal.throwIfAborted();
      await this.hcs.call('PrepareLayer', [layer, [...parents]]);
    });
    this.#preparing = before.then(() => mine).catch(() => undefined);
    return mine;
  }

  /** `\\?\Volume{GUID}\`; null when the layer is not mounted. */
  async mountPath(layer: string): Promise<string | null> {
    const path = await this.hcs.call('GetLayerMountPath', [layer]);
    return typeof path === 'string' && path !== '' ? path : null;
  }

  async unprepare(layer: string): Promise<void> {
    await this.hcs.call('UnprepareLayer', [layer]);
  }

  async deactivate(layer: string): Promise<void> {
    await this.hcs.call('DeactivateLayer', [layer]);
  }

  /** Removes the folder too. */
  async destroy(layer: string): Promise<void> {
    await this.hcs.call('DestroyLayer', [layer]);
  }

  async import(layer: string, folder: string, parents: readonly string[]): Promise<void> {
    await this.hcs.call('ImportLayer', [layer, folder, [...parents]]);
  }

  async export(layer: string, folder: string, parents: readonly string[]): Promise<void> {
    await this.hcs.call('ExportLayer', [layer, folder, [...parents]]);
  }

  async exists(layer: string): Promise<boolean> {
    return (await this.hcs.call('LayerExists', [layer])) === true;
  }

  /** JSON text; null when HCS has none to tell. */
  async baseImages(): Promise<string | null> {
    const images = await this.hcs.call('GetBaseImages', []);
    return typeof images === 'string' ? images : null;
  }

  async grantVmAccess(vmId: string, path: string): Promise<void> {
    await this.hcs.call('GrantVmAccess', [vmId, path]);
  }
}

const fired = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
