/** JSON text for HNS: integers of any size stay integers. */
import { stringify } from 'lossless-json';

/** Members that are undefined are left out. */
export function hnsJson(document: object): string {
  return stringify(document) ?? '{}';
}
