/** Steps of long work, from the core through the wire to whoever asked for them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { CallContext, ProgressStep } from '#src/core/runtime.js';
import { client, newHome, shell } from './support.js';

function listener(): { readonly steps: ProgressStep[]; readonly context: CallContext } {
  const steps: ProgressStep[] = [];
  return { steps, context: { progress: (step) => steps.push(step) } };
}
const messages = (steps: readonly ProgressStep[]): string[] => [...new Set(steps.map(({ message }) => message))];

test.serial('create, stop, restore and sweep tell their steps', async (t) => {
  const paths = newHome(t);
  const user = await client(t, paths);
  const created = listener();
  await user.create(shell('web', 'sleep 60'), created.context);
  t.deepEqual(messages(created.steps), ['HcsCreateComputeSystem', 'HcsStartComputeSystem']);
  await user.create(shell('other', 'sleep 60'));
  await user.start({ id: 'web' });

  const stopped = listener();
  await user.stop('web', 0, stopped.context);
  t.deepEqual(messages(stopped.steps), ['terminating it']);

  await user.create(shell('third', 'sleep 60'));
  const restored = listener();
  await user.restore(undefined, 'terminate', restored.context);
  t.deepEqual(restored.steps.map(({ percentage }) => percentage).sort(), [100, 50]);
  t.deepEqual(messages(restored.steps).sort(), ['other: terminated', 'third: terminated']);

  const swept = listener();
  await user.sweep(true, swept.context);
  t.deepEqual(messages(swept.steps), ['looking at compute systems']);
});

test.serial('layer import and export tell the call that takes long, and nothing follows the end', async (t) => {
  const paths = newHome(t);
  const user = await client(t, paths);
  const contents = join(paths.home, 'contents');
  mkdirSync(join(contents, 'Files'), { recursive: true });
  mkdirSync(join(contents, 'Hives'));
  const layer = join(paths.home, 'layer');
  const imported = listener();
  await user.layers.import(layer, contents, undefined, imported.context);
  t.deepEqual(messages(imported.steps), ['ImportLayer']);
  const exported = listener();
  await user.layers.export(layer, join(paths.home, 'exported'), undefined, exported.context);
  t.deepEqual(messages(exported.steps), ['ExportLayer']);
});
