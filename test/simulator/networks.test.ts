import test from 'ava';
import type { WireClient } from './client.js';
import { jsonAt, numberAt, PENDING, running, service, sharedService } from './fixture.js';

const shared = sharedService(test);

async function hns(client: WireClient, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const reply = await client.call('HNSCall', method, path, body === undefined ? '' : JSON.stringify(body));
  if (reply.hresult !== 0) throw new Error(reply.hresult.toString(16));
  return jsonAt(reply, 0);
}
const output = async (...args: Parameters<typeof hns>): Promise<Record<string, unknown>> =>
  (await hns(...args))['Output'] as Record<string, unknown>;

test('networks and endpoints are made, found, given addresses and removed', async (t) => {
  const client = await shared().client();
  t.like(await output(client, 'GET', '/globals/version'), { Major: 9 });
  const network = await output(client, 'POST', '/networks/', {
    Name: 'test',
    Type: 'l2bridge',
    Subnets: [{ AddressPrefix: '10.1.2.0/29', GatewayAddress: '10.1.2.1' }],
  });
  const networks = (await output(client, 'GET', '/networks/')) as unknown as { Name: string }[];
  t.deepEqual(networks.map((n) => n.Name).sort(), ['nat', 'test']);
  t.deepEqual(await output(client, 'GET', `/networks/{${String(network['ID']).toUpperCase()}}`), network);
  t.like(await hns(client, 'POST', '/networks/', { Name: 'test' }), { Success: false });

  const addresses: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const endpoint = await output(client, 'POST', '/endpoints/', { VirtualNetwork: network['ID'], Name: `e${i}` });
    t.like(endpoint, { VirtualNetworkName: 'test', PrefixLength: 29, GatewayAddress: '10.1.2.1', State: 1 });
    addresses.push(endpoint['IPAddress']);
  }
  t.deepEqual(addresses, ['10.1.2.2', '10.1.2.3']);
  t.like(await hns(client, 'POST', '/endpoints/', { VirtualNetwork: 'none' }), {
    Success: false,
    Error: 'Element not found. ',
  });
  const incorrect = { Success: false, Error: 'The parameter is incorrect. ' };
  for (const Subnets of [
    [{ AddressPrefix: 'ten' }],
    [{ AddressPrefix: '10.0.0.0/33' }],
    [{ AddressPrefix: '10.0.0.0/8', GatewayAddress: 'x' }],
  ])
    t.like(await hns(client, 'POST', '/networks/', { Name: 'odd', Subnets }), incorrect);
  for (const odd of [{ IPAddress: '1.2.3' }, { MacAddress: 'zz' }, { IPAddress: 7 }])
    t.like(await hns(client, 'POST', '/endpoints/', { VirtualNetwork: network['ID'], ...odd }), incorrect);
  t.like(await hns(client, 'DELETE', `/networks/${String(network['ID'])}`), { Success: true });
  t.like(await hns(client, 'GET', `/networks/${String(network['ID'])}`), {
    Success: false,
    Error: 'Element not found. ',
  });
  t.deepEqual(await output(client, 'GET', '/endpoints/'), [] as unknown as Record<string, unknown>);
  t.like(await hns(client, 'POST', '/networks/'), { Success: true });
  t.like(jsonAt(await client.call('HNSCall', 'POST', '/networks/', '{'), 0), { Success: false });
  t.like(await hns(client, 'PATCH', '/networks/'), { Success: false });
  t.like(await hns(client, 'GET', '/nonsense'), { Success: false });
});

test('a container takes its endpoints with its start, can change them, and gives them back with its end', async (t) => {
  const sim = await service(t);
  const client = await sim.client();
  const networks = (await output(client, 'GET', '/networks/')) as unknown as { ID: string }[];
  const make = async (): Promise<string> =>
    String((await output(client, 'POST', '/endpoints/', { VirtualNetwork: networks[0]!.ID }))['ID']);
  const [first, second] = [await make(), await make()];
  const state = async (id: string): Promise<unknown> => (await output(client, 'GET', `/endpoints/${id}`))['State'];

  const { handle, registration } = await running(client, 'net', sim.document({ EndpointList: [first] }));
  t.is(await state(first), 2);
  const statistics = await client.call('HcsGetComputeSystemProperties', handle, '{"PropertyTypes":["Statistics"]}');
  const { Network } = jsonAt(statistics, 0)['Statistics'] as { Network: { EndpointId: string }[] };
  t.deepEqual(
    Network.map((entry) => entry.EndpointId),
    [first],
  );
  const modify = async (RequestType: string, Settings: string): Promise<number> =>
    (
      await client.call(
        'HcsModifyComputeSystem',
        handle,
        JSON.stringify({ ResourceType: 'Network', RequestType, Settings }),
      )
    ).hresult;
  t.is(await modify('Add', second), 0);
  t.is(await modify('Remove', first), 0);
  t.is(await modify('Remove', first), 0x80070490);
  t.is(await modify('Add', 'none'), 0x80070490);
  t.deepEqual([await state(first), await state(second)], [4, 2]);

  const rival = await client.call(
    'HcsCreateComputeSystem',
    'rival',
    sim.document({ EndpointList: [first, second] }),
    0,
  );
  t.is(rival.hresult, PENDING);
  t.is((await client.call('HcsStartComputeSystem', numberAt(rival, 0), '')).hresult, 0x803b0014);
  t.is(await state(first), 4);
  await client.call('HcsTerminateComputeSystem', handle, '');
  await client.notified(registration, 'SystemExited');
  t.is(await state(second), 4);
  t.is((await client.call('HcsStartComputeSystem', numberAt(rival, 0), '')).hresult, PENDING);
  t.is(await state(second), 2);
});
