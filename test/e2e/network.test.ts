/** Networks and endpoints through every real layer, seen in the calls that reach the simulated HCS. */
import test from 'ava';
import { Home } from './support.js';

interface Call {
  readonly operation: string;
  readonly arguments: readonly (string | null)[];
  readonly hresult: string | null;
}

const callsOf = async (home: Home, operation: string): Promise<readonly (readonly (string | null)[])[]> =>
  ((await home.json(['simulator', 'trace', '--json'])) as unknown as { items: readonly Call[] }).items
    .filter((call) => call.operation === operation)
    .map((call) => call.arguments);

const endpoint = async (home: Home): Promise<string> =>
  (await home.json(['endpoint', 'create', 'nat', '--json']))['id'] as string;

test('update --network and --remove-network attach and detach endpoints by the documents that HCS knows', async (t) => {
  const home = await Home.make(t);
  t.is((await home.hcs(['run', '-d', '--id', 'web', '-i', '--', 'cmd'])).status, 0);
  const [one, two] = [await endpoint(home), await endpoint(home)];
  const stateOf = async (id: string): Promise<unknown> =>
    ((await home.json(['endpoint', 'list', '--json'])) as { items?: { id: string; state: string }[] }).items?.find(
      (item) => item.id === id,
    )?.state;

  const added = await home.json(['update', '--json', 'web', '--network', `${one},${two}`]);
  t.like(added, { schema: 'hostcompute.update/v1', ok: true, id: 'web' } as never);
  t.is(await stateOf(one), 'attached');
  const changed = await home.hcs(['update', 'web', '--resources', '-', '--remove-network', one], '{"network":{}}');
  t.is(changed.status, 0, changed.stdout);
  t.is(await stateOf(one), 'detached');
  t.is(await stateOf(two), 'attached');
  t.deepEqual(
    (await callsOf(home, 'HcsModifyComputeSystem')).map((args) => args[1]),
    [
      `{"ResourceType":"Network","Settings":"${one}","RequestType":"Add"}`,
      `{"ResourceType":"Network","Settings":"${two}","RequestType":"Add"}`,
      `{"ResourceType":"Network","Settings":"${one}","RequestType":"Remove"}`,
    ],
  );
  const refused = await home.hcs(['update', 'web', '--network', 'nat', '--json']);
  t.is(refused.status, 2);
  t.regex(refused.stdout, /resources\.network\.add\[0\]/);
});
