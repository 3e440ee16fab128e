/** Everything that `doctor` looks at, in the order in which it is shown. */
import type { Context } from '../context.js';
import type { Check } from './check.js';
import { engineChecks, homeCheck, storeChecks } from './engine.js';
import { bridgeChecks, nativeCheck, nodeCheck } from './installation.js';
import { windowsChecks } from './windows.js';

export async function checks(context: Context): Promise<readonly Check[]> {
  const { platform } = context.host;
  const [bridge, engine, windows] = await Promise.all([
    bridgeChecks(platform),
    engineChecks(context),
    // The simulator needs nothing of it.
    platform === 'win32' && (await context.backend()) !== 'simulator' ? windowsChecks() : [],
  ]);
  const home = await context.home();
  return [
    nodeCheck(process.versions.node),
    ...bridge,
    nativeCheck(platform),
    await homeCheck(home),
    ...storeChecks(home),
    ...engine,
    ...windows,
  ];
}
