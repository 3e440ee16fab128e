/** `bridgeCaller LIBRARY ENDPOINT COUNT`: NameToGuid through the bridge, one after the other; prints ns a call, one a line. */
import { fileURLToPath } from 'node:url';
import { createEdgeHcs } from '#src/bridge/edgeHcs.js';

const [library = '', endpoint = '', count = '1000'] = process.argv.slice(2);
const distFolder = fileURLToPath(new URL('../../dist', import.meta.url));
const hcs = await createEdgeHcs({ distFolder, backend: 'simulator', library, endpoint });
const took: number[] = [];
// The first calls are compiled.
const UNCOUNTED = 200;
for (let i = -UNCOUNTED; i < Number(count); i++) {
  const began = performance.now();
  const guid = await hcs.call('NameToGuid', ['a']);
  const ns = (performance.now() - began) * 1e6;
  if (guid !== '97039944-6e83-562d-b280-77fa5622564e') throw new Error(`wrong GUID ${String(guid)}`);
  if (i >= 0) took.push(ns);
}
await hcs.close();
process.stdout.write(`${took.map((ns) => Math.round(ns)).join('\n')}\n`, () => process.exit(0));
