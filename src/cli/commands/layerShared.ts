/** What the layer verbs have in common. */
import { resolve } from 'node:path';
import { list } from '../args/option.js';
import { defineCommand, type Example, type Positional } from '../command.js';
import type { Context } from '../context.js';
import { document } from '../output/outcome.js';
import type { CallContext, LayerRuntime } from '../../core/runtime.js';

export const layerPositional: Positional = { name: 'layer', describe: 'layer folder', kind: 'path', required: true };

export const parentOption = {
  parent: list(
    'DIR',
    'parent layer: one stands for itself and its layerchain.json; several are the whole chain, nearest first',
  ),
};

/** A Windows path stays as it is, wherever we run. */
export const absolute = (context: Context, path: string): string =>
  /^([A-Za-z]:[\\/]|\\\\)/u.test(path) ? path : resolve(context.host.cwd, path);

/** Parents named; undefined: none were, so the layer's own chain counts. */
export const parentsOf = (context: Context, given: readonly string[]): readonly string[] | undefined =>
  given.length === 0 ? undefined : given.map((path) => absolute(context, path));

/** A verb that takes one layer folder and answers nothing but that it is done. */
export const plainLayerVerb = (
  verb: string,
  describe: string,
  examples: readonly Example[],
  act: (layers: LayerRuntime, path: string, call: CallContext) => Promise<void>,
) =>
  defineCommand({
    name: `layer ${verb}`,
    describe,
    group: 'Layers',
    options: {},
    positionals: [layerPositional],
    examples,
    async handler({ words }, context) {
      const path = absolute(context, words['layer'] ?? '');
      const { layers } = await context.connect();
      await context.progress(`layer ${verb}`, (call) => act(layers, path, call));
      return document(`layer-${verb}`, { path }, path, { quiet: path });
    },
  });
