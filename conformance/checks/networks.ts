/** Networks and endpoints of the Host Networking Service, and containers on them. */
import assert from 'node:assert/strict';
import { group } from '../check.js';
import { codeOf, done, refused } from '../expect.js';
import type { Json, Target } from '../target.js';

const D7 = 'design 7';
const HNS = 'hcs-facts 7.5';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOBODY = '00000000-1111-2222-3333-444444444444';

type Items = readonly Json[];
const listOf = async (target: Target, noun: 'network' | 'endpoint'): Promise<Items> =>
  (await done(target, [noun, 'list']))['items'] as Items;
const found = async (target: Target, noun: 'network' | 'endpoint', id: unknown): Promise<Json | undefined> =>
  (await listOf(target, noun)).find((item) => item['id'] === id);

let made = 0;

/** A network with a subnet of its own that is deleted afterwards, whatever happened. */
async function withNetwork(target: Target, body: (name: string, network: Json) => Promise<void>): Promise<void> {
  const name = `conf-net-${process.pid}-${++made}`;
  const third = made % 250;
  const network = await done(target, [
    ...['network', 'create', name, '--type', 'internal'],
    ...['--subnet', `10.213.${third}.0/24`, '--gateway', `10.213.${third}.1`],
  ]);
  try {
    await body(name, network);
  } finally {
    await target.hcs(['network', 'delete', name]);
  }
}

const endpointOn = async (target: Target, network: string, ...more: string[]): Promise<string> =>
  String((await done(target, ['endpoint', 'create', network, ...more]))['id']);

async function withContainerOn(target: Target, network: string, body: (id: string) => Promise<void>): Promise<void> {
  await target.withContainer(['cmd'], body, ['--network', network]);
}

export const networks = group(
  'network',
  ['network'],
  [
    [
      'create-list-delete',
      'a network is made, listed with its name, type and subnet, and deleted by its name',
      HNS,
      async (target) => {
        await withNetwork(target, async (name, network) => {
          assert.match(String(network['id']), GUID);
          const listed = await found(target, 'network', network['id']);
          assert.equal(listed?.['name'], name);
          assert.equal(String(listed['type']).toLowerCase(), 'internal');
          assert.match(String((listed['subnets'] as Items)[0]?.['addressPrefix']), /^10\.213\.\d+\.0\/24$/);
          const deleted = await done(target, ['network', 'delete', name.toUpperCase()]);
          assert.equal(deleted['id'], network['id']);
          assert.equal(await found(target, 'network', network['id']), undefined);
        });
      },
    ],
    [
      'delete-by-id',
      'a network is deleted by its id, in braces and in any case',
      HNS,
      (target) =>
        withNetwork(target, async (_name, network) => {
          await done(target, ['network', 'delete', `{${String(network['id']).toUpperCase()}}`]);
          assert.equal(await found(target, 'network', network['id']), undefined);
        }),
    ],
    [
      'delete-unknown',
      'deleting a network that is none is notFound, status 3',
      D7,
      async (target) => {
        for (const name of ['nobody-here', NOBODY])
          assert.equal((await refused(target, ['network', 'delete', name], 'notFound')).status, 3);
      },
    ],
    [
      'needs-a-name',
      'a network without a name, and more gateways than subnets, are invalidRequest',
      D7,
      async (target) => {
        assert.equal((await refused(target, ['network', 'create'], 'invalidRequest')).status, 2);
        await refused(target, ['network', 'create', 'x', '--gateway', '10.0.0.1'], 'invalidRequest');
      },
    ],
    [
      'document',
      'a network is made of an HNSNetwork document over which options come; one of another shape is refused with its path',
      HNS,
      async (target) => {
        const name = `conf-doc-${process.pid}`;
        const document = JSON.stringify({
          Name: 'other',
          Type: 'internal',
          Subnets: [{ AddressPrefix: '10.212.0.0/24' }],
        });
        const network = await done(target, ['network', 'create', name, '--document', '-'], document);
        try {
          assert.equal(network['name'], name);
          assert.equal(String((network['hns'] as Json)['Type']).toLowerCase(), 'internal');
        } finally {
          await target.hcs(['network', 'delete', name]);
        }
        const error = await refused(
          target,
          ['network', 'create', name, '--document', '-'],
          'invalidRequest',
          '{"Subnets":"10.0.0.0/8"}',
        );
        assert.match(JSON.stringify(error['issues']), /Subnets/);
      },
    ],
    [
      'rpc',
      'networks are made, listed and deleted over JSON-RPC',
      'design 8',
      (target) =>
        target.withClient(async (rpc) => {
          const document = { Name: `conf-rpc-${process.pid}`, Type: 'internal' };
          const network = await rpc.sendRequest<Json>('network/create', { document });
          try {
            const { items } = await rpc.sendRequest<{ items: Items }>('network/list', {});
            assert.ok(items.some(({ id, name }) => id === network['id'] && name === document.Name));
          } finally {
            await rpc.sendRequest('network/delete', { network: network['id'] });
          }
          assert.equal(await codeOf(rpc.sendRequest('network/delete', { network: network['id'] })), 1001);
          assert.equal(await codeOf(rpc.sendRequest('network/create', { document: { Name: 7 } })), -32602);
        }),
    ],
    [
      'endpoint-create-list-delete',
      'an endpoint has an address of its network, is listed with it, and is deleted by its name',
      HNS,
      (target) =>
        withNetwork(target, async (name, network) => {
          const id = await endpointOn(target, name, '--name', `ep-${name}`);
          assert.match(id, GUID);
          const listed = await found(target, 'endpoint', id);
          assert.equal(listed?.['networkId'], network['id']);
          assert.match(String(listed?.['ipAddress']), /^10\.213\./);
          assert.deepEqual(listed?.['containers'], []);
          await done(target, ['endpoint', 'delete', `ep-${name}`]);
          assert.equal(await found(target, 'endpoint', id), undefined);
        }),
    ],
    [
      'endpoint-unknown',
      'an endpoint on a network that is none, and deleting one that is none, are notFound',
      D7,
      async (target) => {
        await refused(target, ['endpoint', 'create', 'nobody-here'], 'notFound');
        await refused(target, ['endpoint', 'delete', NOBODY], 'notFound');
      },
    ],
    [
      'endpoint-rpc',
      'endpoints are made, listed and deleted over JSON-RPC',
      'design 8',
      (target) =>
        withNetwork(target, (name) =>
          target.withClient(async (rpc) => {
            const endpoint = await rpc.sendRequest<Json>('endpoint/create', {
              network: name,
              document: { Name: 'rpc' },
            });
            const { items } = await rpc.sendRequest<{ items: Items }>('endpoint/list', {});
            assert.ok(items.some(({ id }) => id === endpoint['id']));
            await rpc.sendRequest('endpoint/delete', { endpoint: endpoint['id'] });
            assert.equal(await codeOf(rpc.sendRequest('endpoint/delete', { endpoint: endpoint['id'] })), 1001);
            assert.equal(await codeOf(rpc.sendRequest('endpoint/create', {})), -32602);
          }),
        ),
    ],
  ],
);

export const networkedContainers = group(
  'network',
  ['container', 'network'],
  [
    [
      'run-on-a-network',
      'a container on a network has an endpoint of its own, which goes when the container is deleted',
      'hcs-facts 7.3',
      (target) =>
        withNetwork(target, async (name, network) => {
          const mine = async (): Promise<Items> =>
            (await listOf(target, 'endpoint')).filter(({ networkId }) => networkId === network['id']);
          await withContainerOn(target, name, async (id) => {
            const [endpoint, ...others] = await mine();
            assert.deepEqual(others, []);
            assert.ok((endpoint?.['containers'] as string[]).includes(id), JSON.stringify(endpoint));
          });
          assert.deepEqual(await mine(), []);
        }),
    ],
    [
      'run-on-an-endpoint',
      'a container on an endpoint that was there uses it, and leaves it there',
      D7,
      (target) =>
        withNetwork(target, async (name) => {
          const id = await endpointOn(target, name);
          await withContainerOn(target, id, async (container) => {
            assert.ok(((await found(target, 'endpoint', id))?.['containers'] as string[]).includes(container));
          });
          assert.ok(await found(target, 'endpoint', id));
          await done(target, ['endpoint', 'delete', id]);
        }),
    ],
    [
      'run-on-nothing-known',
      'a container on a network that is none is notFound, and nothing is left',
      D7,
      async (target) => {
        const id = target.id();
        const error = await refused(
          target,
          ['create', '--id', id, ...target.base, '--network', 'nobody-here', '--', 'cmd'],
          'notFound',
        );
        assert.ok(error['hint']);
        await refused(target, ['state', id], 'notFound');
      },
    ],
    [
      'run-on-no-network',
      'a container with --network none runs and has no endpoint',
      D7,
      async (target) => {
        const before = await listOf(target, 'endpoint');
        await target.withContainer(
          ['cmd'],
          async () => {
            assert.equal((await listOf(target, 'endpoint')).length, before.length);
          },
          ['--network', 'none'],
        );
      },
    ],
    [
      'endpoint-of-a-container',
      'the endpoint that was made for a container is not deleted under it; the refusal names the container',
      D7,
      (target) =>
        withNetwork(target, (name, network) =>
          withContainerOn(target, name, async (id) => {
            const endpoint = (await listOf(target, 'endpoint')).find(({ networkId }) => networkId === network['id']);
            const error = await refused(target, ['endpoint', 'delete', String(endpoint?.['id'])], 'failedPrecondition');
            assert.equal(error['containerId'], id);
          }),
        ),
    ],
    [
      'update-attaches-and-detaches',
      'update attaches an endpoint to a running container and detaches it again',
      'hcs-facts 3.7, 7.5',
      (target) =>
        withNetwork(target, async (name) => {
          const endpoint = await endpointOn(target, name);
          await target.withRunning(async (id) => {
            const containers = async (): Promise<unknown> =>
              (await found(target, 'endpoint', endpoint))?.['containers'];
            await done(target, ['update', id, '--network', endpoint]);
            assert.ok(((await containers()) as string[]).includes(id));
            await done(target, ['update', id, '--remove-network', endpoint]);
            assert.deepEqual(await containers(), []);
          });
          await target.hcs(['endpoint', 'delete', endpoint]);
        }),
    ],
    [
      'update-of-no-endpoint',
      'an update with something that is no endpoint id, or a member that is unknown, is invalidRequest with its path',
      D7,
      (target) =>
        target.withRunning(async (id) => {
          const wrong = await refused(target, ['update', id, '--network', 'web'], 'invalidRequest');
          assert.match(JSON.stringify(wrong['issues']), /network\.add\[0\]/);
          const unknown = await refused(
            target,
            ['update', id, '--resources', '-'],
            'invalidRequest',
            JSON.stringify({ network: { endpointList: [NOBODY] } }),
          );
          assert.match(JSON.stringify(unknown['issues']), /network\.endpointList/);
        }),
    ],
    [
      'update-of-an-unknown-endpoint',
      'an endpoint that HNS does not know is refused, and the container runs on',
      HNS,
      (target) =>
        target.withRunning(async (id) => {
          const { status } = await target.json(['update', id, '--network', NOBODY]);
          assert.notEqual(status, 0);
          assert.equal((await done(target, ['state', id]))['status'], 'running');
        }),
    ],
    [
      'rpc-create',
      'container/create takes a network, and the endpoint goes with the container',
      'design 8',
      (target) =>
        withNetwork(target, (name, network) =>
          target.withClient(async (rpc) => {
            const id = target.id();
            await rpc.sendRequest('container/create', target.createParams(id, ['cmd'], { network: name }));
            const mine = async (): Promise<number> =>
              (await rpc.sendRequest<{ items: Items }>('endpoint/list', {})).items.filter(
                ({ networkId }) => networkId === network['id'],
              ).length;
            assert.equal(await mine(), 1);
            await rpc.sendRequest('container/delete', { id, force: true });
            assert.equal(await mine(), 0);
          }),
        ),
    ],
  ],
);

/** By the failpoints of the simulated service, or where other builds answer otherwise. */
export const networkFaults = group(
  'network',
  ['container', 'network', 'simulator'],
  [
    [
      'same-name',
      'a second network of the same name is alreadyExists, status 4',
      HNS,
      (target) =>
        withNetwork(target, async (name) => {
          assert.equal((await refused(target, ['network', 'create', name], 'alreadyExists')).status, 4);
        }),
    ],
    [
      'undone-when-create-fails',
      'the endpoint of a container that could not be created is deleted',
      'hcs-facts 7.3',
      (target) =>
        withNetwork(target, async (name, network) => {
          const id = target.id();
          await target.hcs([
            'simulator',
            'fault',
            'set',
            '--error',
            '0x80070057',
            '--count',
            '1',
            'HcsStartComputeSystem',
          ]);
          await refused(target, ['create', '--id', id, '--network', name, '--', 'cmd'], 'hcsFailure');
          assert.ok(!(await listOf(target, 'endpoint')).some(({ networkId }) => networkId === network['id']));
          await refused(target, ['state', id], 'notFound').catch(() => target.hcs(['delete', '--force', id]));
        }),
    ],
    [
      'attached-twice',
      'an endpoint that another container has is refused, and the second container is undone',
      'hcs-facts 7.5: 0x803B0014',
      (target) =>
        withNetwork(target, async (name) => {
          const endpoint = await endpointOn(target, name);
          await withContainerOn(target, endpoint, async () => {
            const error = await refused(
              target,
              ['create', '--id', target.id(), '--network', endpoint, '--', 'cmd'],
              'hcsFailure',
            );
            assert.equal(error['hresult'], '0x803B0014');
          });
        }),
    ],
  ],
);
