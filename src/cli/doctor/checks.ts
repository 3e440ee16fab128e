/** Everything that `doctor` looks at, in the order in which it is shown. */
import type { Context } from '../context.js';
import type { Check } from './check.js';
import { engineChecks, homeCheck } from './engine.js';
import { bridgeChecks, nativeCheck, nodeCheck } from './installation.js';
import { windowsChecks } from './windows.js';

export async function checks(context: Context): Promise<readonly Check[]> {
  const { platform } = context.host;
  const groups = await Promise.all([
    [nodeCheck(process.versions.node)],
    bridgeChecks(platform),
    [nativeCheck(platform), homeCheck(context.home)],
    engineChecks(context),
    platform === 'win32' ? windowsChecks() : [],
  ]);
  return groups.flat();
}
