/** Layer verbs, and containers that stand on a layer folder. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { group } from '../check.js';
import { codeOf, done, refusalOf, refused } from '../expect.js';
import type { Json, Target } from '../target.js';

const D7 = 'design 7';
const RUN_ORDER = 'hcs-facts 7.3';
const VOLUME = /^\\\\\?\\Volume\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}\\$/i;

type Items = readonly Json[];
const items = async (target: Target, args: readonly string[]): Promise<Items> =>
  (await done(target, args))['items'] as Items;

/** A layer folder with this chain; `null`: a base layer. */
async function layer(folder: string, chain: readonly string[] | null | string): Promise<string> {
  await mkdir(join(folder, 'Files'), { recursive: true });
  await writeFile(join(folder, 'layerchain.json'), typeof chain === 'string' ? chain : JSON.stringify(chain));
  return folder;
}

/** A scratch layer on a layer, destroyed afterwards whatever happened. */
async function withScratch(
  target: Target,
  body: (scratch: string, parent: string, made: Json) => Promise<void>,
): Promise<void> {
  const parent = await target.layerFolder();
  const scratch = join(await target.folder(), 'scratch');
  const made = await done(target, ['layer', 'scratch', scratch, '--parent', parent]);
  try {
    await body(scratch, parent, made);
  } finally {
    if (existsSync(scratch)) {
      await target.hcs(['layer', 'unprepare', scratch]);
      await target.hcs(['layer', 'deactivate', scratch]);
      await target.hcs(['layer', 'destroy', scratch]);
    }
  }
}

const scratchOf = async (target: Target, id: string): Promise<Json | undefined> =>
  (await items(target, ['layer', 'list'])).find((item) => item['kind'] === 'scratch' && item['container'] === id);

const VECTORS = [
  ['65bf96e5760a09edf1790cb229e2dfb2dbd0fcdc0bf7451bae099106bfbfea0c', '18955d65-d45a-557b-bf1c-49d6dfefc526'],
  ['aac25173134312d04813f489bf421cc26516319f192cde9323dbd5712552ed79', '78af33f1-41e4-5040-9a34-379c196d67c6'],
  ['a', '97039944-6e83-562d-b280-77fa5622564e'],
  ['ABC.def', '3d139577-f84a-5a34-904a-aa9eaf48bf9c'],
  ['Ünïcödé', '4a847701-659c-5c71-aa92-9ba5af65db3f'],
] as const;

export const layerTools = group(
  'layer',
  [],
  [
    [
      'id-vectors',
      'layer ids are those that HCS gives: version 5 GUIDs of the last component in UTF-16',
      'hcs-facts 5, vectors from public logs',
      async (target) => {
        const found = await items(target, ['layer', 'id', ...VECTORS.map(([name]) => name)]);
        assert.deepEqual(
          found.map(({ id }) => id),
          VECTORS.map(([, id]) => id),
        );
      },
    ],
    [
      'id-windows-paths',
      'a path is taken as Windows takes it, on every system: both slashes divide, a trailing one leaves the empty name',
      'hcs-facts 5',
      async (target) => {
        const paths = ['C:\\layers\\a', 'C:/layers/a', '\\\\?\\C:\\layers\\a', 'C:\\layers\\'];
        const found = await items(target, ['layer', 'id', ...paths]);
        const a = '97039944-6e83-562d-b280-77fa5622564e';
        assert.deepEqual(
          found.map(({ path, id }) => [path, id]),
          [...paths.slice(0, 3).map((path) => [path, a]), ['C:\\layers\\', '62a9753f-ed70-52d8-ba49-d04390fe316f']],
        );
      },
    ],
    [
      'id-rpc',
      'layer/id answers the same over JSON-RPC',
      'design 8',
      (target) =>
        target.withClient(async (rpc) => {
          const answer = await rpc.sendRequest<{ items: Items }>('layer/id', { paths: ['C:\\x\\ABC.def'] });
          assert.deepEqual(answer.items, [{ path: 'C:\\x\\ABC.def', id: '3d139577-f84a-5a34-904a-aa9eaf48bf9c' }]);
        }),
    ],
    [
      'find-nothing',
      'in a folder without layers nothing is found, and the build of the host is told',
      D7,
      async (target) => {
        const found = await done(target, ['layer', 'find', '--root', await target.folder()]);
        assert.deepEqual(found['items'], []);
        assert.ok(Number(found['hostBuild']) >= 10240, JSON.stringify(found));
      },
    ],
    [
      'find-chain',
      'layers are found with their parents, nearest first; the one without is the base; scratch layers and other folders are not layers',
      'design 7, hcs-facts 7.2',
      async (target) => {
        const root = await target.folder();
        const base = await layer(join(root, 'base'), null);
        const app = await layer(join(root, 'app'), [base]);
        await mkdir(join(base, 'UtilityVM'));
        await layer(join(root, 'scratch'), [app, base]);
        await writeFile(join(root, 'scratch', 'sandbox.vhdx'), '');
        await mkdir(join(root, 'other', 'things'), { recursive: true });
        const found = await items(target, ['layer', 'find', '--root', root]);
        assert.deepEqual(
          found.map(({ path, parents, base: isBase, hasUtilityVM }) => ({ path, parents, isBase, hasUtilityVM })),
          [
            { path: app, parents: [base], isBase: false, hasUtilityVM: true },
            { path: base, parents: [], isBase: true, hasUtilityVM: true },
          ],
        );
      },
    ],
    [
      'find-unknown-build',
      'a layer in which no Windows kernel lies has no build, and nothing is said of whether it fits',
      D7,
      async (target) => {
        const root = await target.folder();
        await layer(join(root, 'base'), null);
        const [found] = await items(target, ['layer', 'find', '--root', root]);
        assert.deepEqual([found?.['osBuild'], found?.['osVersion'], found?.['matches']], [null, null, null]);
      },
    ],
    [
      'find-layer-itself',
      'a root that is a layer itself is found',
      D7,
      async (target) => {
        const root = await layer(join(await target.folder(), 'base'), null);
        const found = await items(target, ['layer', 'find', '--root', root]);
        assert.deepEqual(
          found.map(({ path }) => path),
          [root],
        );
      },
    ],
    [
      'find-damaged-chain',
      'a layer whose layerchain.json cannot be read is listed without parents, with a warning that names the file',
      D7,
      async (target) => {
        const root = await target.folder();
        await layer(join(root, 'broken'), '{"not":"a list"');
        const found = await done(target, ['layer', 'find', '--root', root]);
        assert.equal((found['items'] as Items)[0]?.['parents'], null);
        assert.match((found['warnings'] as string[]).join('\n'), /broken.layerchain\.json/);
      },
    ],
    [
      'find-no-such-root',
      'a root that is no folder is invalidRequest, status 2',
      D7,
      async (target) => {
        const error = await refused(target, ['layer', 'find', '--root', '/no/such/folder'], 'invalidRequest');
        assert.equal(error.status, 2);
      },
    ],
    ...['activate', 'prepare', 'mount-path', 'unprepare', 'deactivate', 'destroy'].map(
      (verb) =>
        [
          `${verb}-no-folder`,
          `layer ${verb} of a path that is no folder is invalidRequest, status 2, with what was expected and got`,
          D7,
          async (target: Target) => {
            const error = await refused(target, ['layer', verb, join(await target.folder(), 'none')], 'invalidRequest');
            assert.equal(error.status, 2);
            const [issue] = error['issues'] as Json[];
            assert.ok(issue?.['path'] && issue['expected'] && issue['got'], JSON.stringify(error));
            assert.ok(error['hint']);
          },
        ] as const,
    ),
    [
      'destroy-spares-others',
      'a folder that does not look like a layer is not destroyed',
      'design 7: destroy removes what it is given',
      async (target) => {
        const folder = await target.folder();
        await writeFile(join(folder, 'thesis.doc'), 'years of work');
        await refused(target, ['layer', 'destroy', folder], 'invalidRequest');
        assert.equal(await readFile(join(folder, 'thesis.doc'), 'utf8'), 'years of work');
      },
    ],
    [
      'scratch-needs-a-parent',
      'a scratch layer without a parent, and one on a folder that is none, are invalidRequest and make nothing',
      D7,
      async (target) => {
        const folder = await target.folder();
        const path = join(folder, 'scratch');
        await refused(target, ['layer', 'scratch', path], 'invalidRequest');
        await refused(target, ['layer', 'scratch', path, '--parent', join(folder, 'none')], 'invalidRequest');
        await refused(target, ['layer', 'scratch', path, '--parent', folder, '--size', 'big'], 'invalidRequest');
        assert.deepEqual(await readdir(folder), []);
      },
    ],
    [
      'rpc-relative-path',
      'a path that is not absolute is refused over JSON-RPC with -32602: the engine has no working directory of its client',
      'design 8',
      (target) =>
        target.withClient(async (rpc) => {
          for (const [method, more] of [
            ['layer/activate', {}],
            ['layer/destroy', {}],
            ['layer/scratch', { parents: ['/x'] }],
            ['layer/import', { folder: '/x' }],
          ] as const)
            assert.equal(await codeOf(rpc.sendRequest(method, { path: 'scratch', ...more })), -32602, method);
        }),
    ],
    [
      'rpc-bad-size',
      'a size that is no number below 2^64 is refused over JSON-RPC with -32602',
      'design 8: integers up to 2^64-1',
      (target) =>
        target.withClient(async (rpc) => {
          for (const sizeBytes of ['18446744073709551616', '-1', '1e3', '', -1, 1.5]) {
            const params = { path: '/s', parents: ['/x'], sizeBytes };
            const { code, data } = await refusalOf(rpc.sendRequest('layer/scratch', params));
            assert.equal(code, -32602);
            assert.match(JSON.stringify(data?.['issues']), /sizeBytes/, JSON.stringify(sizeBytes));
          }
        }),
    ],
    [
      'import-and-export-need-folders',
      'import without --from and export without --to are invalidRequest',
      D7,
      async (target) => {
        const folder = await target.folder();
        await refused(target, ['layer', 'import', join(folder, 'x')], 'invalidRequest');
        await refused(target, ['layer', 'export', folder], 'invalidRequest');
        await refused(target, ['layer', 'import', join(folder, 'x'), '--from', join(folder, 'y')], 'invalidRequest');
      },
    ],
  ],
);

export const layerFolders = group(
  'layer',
  ['container'],
  [
    [
      'scratch',
      'a scratch layer is made with its disk and with the list of its parents, nearest first',
      'hcs-facts 7.2',
      (target) =>
        withScratch(target, async (scratch, parent, made) => {
          const parents = made['parents'] as string[];
          assert.equal(parents[0], parent);
          assert.ok((await readdir(scratch)).some((name) => name.toLowerCase() === 'sandbox.vhdx'));
          assert.deepEqual(JSON.parse(await readFile(join(scratch, 'layerchain.json'), 'utf8')), parents);
          const chain = JSON.parse(await readFile(join(parent, 'layerchain.json'), 'utf8')) as string[] | null;
          assert.deepEqual(parents.slice(1), chain ?? []);
        }),
    ],
    [
      'scratch-exists',
      'a scratch layer is not made over one that exists, which stays as it is',
      D7,
      (target) =>
        withScratch(target, async (scratch, parent) => {
          await writeFile(join(scratch, 'mark'), 'mine');
          const { status, document } = await target.json(['layer', 'scratch', scratch, '--parent', parent]);
          assert.notEqual(status, 0, JSON.stringify(document));
          assert.equal(await readFile(join(scratch, 'mark'), 'utf8'), 'mine');
        }),
    ],
    [
      'mount-and-unmount',
      'activate and prepare give the layer a volume, with its trailing backslash; unprepare takes it; deactivate and destroy leave nothing',
      RUN_ORDER,
      (target) =>
        withScratch(target, async (scratch) => {
          const volume = async (): Promise<unknown> =>
            (await done(target, ['layer', 'mount-path', scratch]))['mountPath'];
          await done(target, ['layer', 'activate', scratch]);
          await done(target, ['layer', 'prepare', scratch]);
          assert.match(String(await volume()), VOLUME);
          await done(target, ['layer', 'unprepare', scratch]);
          await done(target, ['layer', 'deactivate', scratch]);
          await done(target, ['layer', 'destroy', scratch]);
          assert.ok(!existsSync(scratch));
        }),
    ],
    [
      'destroyed-is-gone',
      'destroying a layer that is destroyed already is invalidRequest: there is no folder',
      D7,
      (target) =>
        withScratch(target, async (scratch) => {
          await done(target, ['layer', 'destroy', scratch]);
          await refused(target, ['layer', 'destroy', scratch], 'invalidRequest');
        }),
    ],
    [
      'rpc-life',
      'a scratch layer goes its whole way over JSON-RPC',
      'design 8',
      (target) =>
        target.withClient(async (rpc) => {
          const parent = await target.layerFolder();
          const path = join(await target.folder(), 'scratch');
          const made = await rpc.sendRequest<Json>('layer/scratch', { path, parents: [parent] });
          assert.equal((made['parents'] as string[])[0], parent);
          await rpc.sendRequest('layer/activate', { path });
          await rpc.sendRequest('layer/prepare', { path });
          const { mountPath } = await rpc.sendRequest<Json>('layer/mountPath', { path });
          assert.match(String(mountPath), VOLUME);
          await rpc.sendRequest('layer/unprepare', { path });
          await rpc.sendRequest('layer/deactivate', { path });
          await rpc.sendRequest('layer/destroy', { path });
          assert.ok(!existsSync(path));
        }),
    ],
    [
      'run',
      'run --layer runs a program on a scratch layer of its own and leaves none behind',
      RUN_ORDER,
      async (target) => {
        const folder = await target.layerFolder();
        const ran = await target.hcs(['run', '--rm', '--layer', folder, '--', 'cmd', '/c', 'echo on a layer& exit 7']);
        assert.equal(ran.status, 7, ran.stderr);
        assert.match(ran.text, /on a layer/);
        const scratch = (await items(target, ['layer', 'list'])).filter(({ kind }) => kind === 'scratch');
        assert.deepEqual(
          scratch.filter(({ container }) => container === null),
          [],
        );
      },
    ],
    [
      'scratch-of-a-container',
      'the scratch layer of a container is listed with it, stays while it is stopped, and goes when it is deleted',
      RUN_ORDER,
      async (target) => {
        const folder = await target.layerFolder();
        const id = target.id();
        await done(target, ['create', '--id', id, '--layer', folder, '--', 'cmd', '/c', 'exit 0']);
        try {
          const made = await scratchOf(target, id);
          assert.equal(made?.['exists'], true);
          assert.equal((made['parents'] as string[])[0], folder);
          await done(target, ['start', id]);
          await done(target, ['wait', id]);
          assert.equal((await scratchOf(target, id))?.['exists'], true);
          await done(target, ['delete', id]);
          assert.equal(await scratchOf(target, id), undefined);
          assert.ok(!existsSync(String(made['path'])));
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      },
    ],
    [
      'two-on-one-layer',
      'two containers on one layer have scratch layers of their own',
      RUN_ORDER,
      async (target) => {
        const folder = await target.layerFolder();
        const ids = [target.id(), target.id()];
        try {
          await Promise.all(
            ids.map((id) => done(target, ['create', '--id', id, '--layer', folder, '--', 'cmd', '/c', 'exit 0'])),
          );
          const paths = await Promise.all(ids.map(async (id) => (await scratchOf(target, id))?.['path']));
          assert.equal(new Set(paths).size, 2);
        } finally {
          for (const id of ids) await target.hcs(['delete', '--force', id]);
        }
      },
    ],
    [
      'a-layer-in-use',
      'a layer that a container stands on is not destroyed; the refusal names the container',
      D7,
      async (target) => {
        const folder = await target.layerFolder();
        const id = target.id();
        await done(target, ['create', '--id', id, '--layer', folder, '--', 'cmd', '/c', 'exit 0']);
        try {
          const error = await refused(target, ['layer', 'destroy', folder], 'failedPrecondition');
          assert.equal(error['containerId'], id);
          assert.ok(existsSync(folder));
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      },
    ],
    [
      'a-new-engine',
      'a scratch layer is removed with its container by an engine that did not make it',
      'design 6: what was made is on disk before it is made',
      async (target) => {
        const folder = await target.layerFolder();
        const id = target.id();
        await done(target, ['create', '--id', id, '--layer', folder, '--', 'cmd', '/c', 'exit 0']);
        const path = String((await scratchOf(target, id))?.['path']);
        await target.hcs(['engine', 'restart']);
        await done(target, ['delete', '--force', id]);
        assert.ok(!existsSync(path));
      },
    ],
    [
      'a-spec-with-layers',
      'a layer beside a spec that names layers is refused, and nothing is left',
      D7,
      async (target) => {
        const folder = await target.layerFolder();
        const id = target.id();
        const spec = {
          ociVersion: '1.1.0',
          process: { cwd: 'C:\\', args: ['cmd'] },
          windows: { layerFolders: [folder, folder] },
        };
        await refused(
          target,
          ['create', '--id', id, '--layer', folder, '--spec', '-'],
          'invalidRequest',
          JSON.stringify(spec),
        );
        await target.withClient(async (rpc) => {
          assert.equal(await codeOf(rpc.sendRequest('container/create', { id, spec, layer: folder })), -32602);
        });
        await refused(target, ['state', id], 'notFound');
        assert.equal(await scratchOf(target, id), undefined);
      },
    ],
    [
      'a-layer-that-is-none',
      'a layer that is no folder, or whose chain is no list, is invalidRequest, and nothing is left',
      D7,
      async (target) => {
        const folder = await target.folder();
        const id = target.id();
        const broken = await layer(join(folder, 'broken'), '{"not":"a list"}');
        for (const path of [join(folder, 'none'), broken])
          await refused(target, ['create', '--id', id, '--layer', path, '--', 'cmd'], 'invalidRequest');
        await refused(target, ['state', id], 'notFound');
        assert.equal(await scratchOf(target, id), undefined);
      },
    ],
    [
      'rpc-create',
      'container/create takes a layer, and container/delete removes the scratch layer',
      'design 8',
      async (target) => {
        const folder = await target.layerFolder();
        const id = target.id();
        await target.withClient(async (rpc) => {
          const spec = { ociVersion: '1.1.0', process: { cwd: 'C:\\', args: ['cmd', '/c', 'exit 0'] } };
          await rpc.sendRequest('container/create', { id, spec, layer: folder });
          const list = async (): Promise<Items> => (await rpc.sendRequest<{ items: Items }>('layer/list', {})).items;
          assert.ok((await list()).some(({ container }) => container === id));
          await rpc.sendRequest('container/delete', { id, force: true });
          assert.ok(!(await list()).some(({ container }) => container === id));
        });
      },
    ],
  ],
);

/** Of the simulated service's own, or by its failpoints. */
export const layerFaults = group(
  'layer',
  ['container', 'simulator'],
  [
    [
      'prepare-needs-active',
      'a layer that is not active is not ready: tried again, then told with what to do',
      'hcs-facts 2.3, 7.3',
      (target) =>
        withScratch(target, async (scratch) => {
          const error = await refused(target, ['layer', 'prepare', scratch], 'hcsFailure');
          assert.equal(error['hresult'], '0x80070015');
          assert.match(String(error['hint']), /activate/);
        }),
    ],
    [
      'parents-nearest-first',
      'parents in the wrong order are refused with 0x80070003 and the order that is right',
      'hcsshim#278',
      async (target) => {
        const app = await target.layerFolder();
        const base = join(app, '..', 'base');
        const path = join(await target.folder(), 'scratch');
        const error = await refused(
          target,
          ['layer', 'scratch', path, '--parent', base, '--parent', app],
          'hcsFailure',
        );
        assert.equal(error['hresult'], '0x80070003');
        assert.match(String(error['hint']), /nearest first/);
      },
    ],
    [
      'mounted-is-in-use',
      'a mounted layer is not destroyed',
      'hcs-facts 2.3: 0x80070020',
      (target) =>
        withScratch(target, async (scratch) => {
          await done(target, ['layer', 'activate', scratch]);
          await done(target, ['layer', 'prepare', scratch]);
          const error = await refused(target, ['layer', 'destroy', scratch], 'hcsFailure');
          assert.equal(error['hresult'], '0x80070020');
          assert.ok(existsSync(scratch));
        }),
    ],
    [
      'not-ready-twice',
      'a layer that is not ready at first is tried again, and the container is made',
      'hcs-facts 7.3: five attempts, 100 ms apart',
      async (target) => {
        const folder = await target.layerFolder();
        await target.hcs(['simulator', 'fault', 'set', '--error', '0x80070015', '--count', '2', 'PrepareLayer']);
        const ran = await target.hcs(['run', '--rm', '--layer', folder, '--', 'cmd', '/c', 'exit 0']);
        await target.hcs(['simulator', 'fault', 'clear']);
        assert.equal(ran.status, 0, ran.stderr);
      },
    ],
    ...['ActivateLayer', 'PrepareLayer', 'HcsCreateComputeSystem', 'HcsStartComputeSystem'].map(
      (name) =>
        [
          `undone-after-${name}`,
          `when ${name} fails the scratch layer is undone, and the id is free`,
          RUN_ORDER,
          async (target: Target) => {
            const folder = await target.layerFolder();
            const id = target.id();
            await target.hcs(['simulator', 'fault', 'set', '--error', '0x80070057', '--count', '1', name]);
            const error = await refused(target, ['create', '--id', id, '--layer', folder, '--', 'cmd'], 'hcsFailure');
            assert.equal(error['phase'], name);
            assert.deepEqual(error['leftovers'] ?? [], []);
            assert.equal(await scratchOf(target, id), undefined);
            await done(target, ['create', '--id', id, '--layer', folder, '--', 'cmd', '/c', 'exit 0']);
            await done(target, ['delete', id]);
          },
        ] as const,
    ),
    [
      'destroy-that-lies',
      'a destroy that HCS calls done while the folder is still there is a failure with its leftover',
      'field-notes F.3',
      (target) =>
        withScratch(target, async (scratch) => {
          await target.hcs(['simulator', 'fault', 'set', '--ignored', '--count', '1', 'DestroyLayer']);
          const error = await refused(target, ['layer', 'destroy', scratch], 'hcsFailure');
          assert.deepEqual(error['leftovers'], [scratch]);
        }),
    ],
    [
      'import-and-export',
      'what a layer holds is exported, and imported as a layer on its parents',
      'hcs-facts 7.2',
      (target) =>
        withScratch(target, async (scratch, parent) => {
          await writeFile(join(scratch, 'Files', 'hello.txt'), 'hello');
          const to = join(await target.folder(), 'out');
          await done(target, ['layer', 'export', scratch, '--to', to]);
          assert.equal(await readFile(join(to, 'Files', 'hello.txt'), 'utf8'), 'hello');
          const made = join(await target.folder(), 'made');
          const imported = await done(target, ['layer', 'import', made, '--from', to, '--parent', parent]);
          assert.equal(await readFile(join(made, 'Files', 'hello.txt'), 'utf8'), 'hello');
          assert.deepEqual(JSON.parse(await readFile(join(made, 'layerchain.json'), 'utf8')), imported['parents']);
        }),
    ],
  ],
);
