/** Pieces that several verbs have in common. */
import { value } from '../args/option.js';
import type { Positional } from '../command.js';
import { execId } from '../parse/names.js';

/** Which process of a container is meant; without it, init. */
export const execOption = { 'exec-id': value('ID', 'an exec instead of the first process', { parse: execId }) };

export const idPositional: Positional = { name: 'id', describe: 'id of the container', kind: 'id', required: true };

/** `{execId}` when there is one. */
export const execField = (execId: string | undefined): { readonly execId?: string } =>
  execId === undefined ? {} : { execId };
