/** What checks say about answers. */
import assert from 'node:assert/strict';
import { ResponseError } from 'vscode-jsonrpc/node';
import type { Json, Target } from './target.js';

/** The verb is refused with this code; answers the error document. */
export async function refused(
  target: Target,
  args: readonly string[],
  code: string,
  input?: string,
): Promise<Json & { readonly status: number | null }> {
  const { status, document } = await target.json(args, input);
  const error = document['error'] as Json | undefined;
  assert.equal(error?.['code'], code, JSON.stringify(document));
  return { ...error, status };
}

/** The verb succeeds; answers its document. */
export async function done(target: Target, args: readonly string[], input?: string): Promise<Json> {
  const { status, document } = await target.json(args, input);
  assert.equal(status, 0, `${args.join(' ')}: ${JSON.stringify(document)}`);
  assert.equal(document['ok'], true);
  return document;
}

/** The error with which a request is refused. */
export async function refusalOf(request: Promise<unknown>): Promise<ResponseError<Json>> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ResponseError) return error as ResponseError<Json>;
    throw error;
  }
  throw new Error('the request was answered, not refused');
}

/** Its code. */
export const codeOf = async (request: Promise<unknown>): Promise<number> => (await refusalOf(request)).code;
