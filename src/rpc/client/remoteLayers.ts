/** Layer and network verbs over a connection. */
import type { LayerRuntime, NetworkRuntime } from '../../core/runtime.js';
import type { Arguments, ClientConnection } from './connection.js';

const copied = (parents: readonly string[] | undefined): { readonly parents?: string[] } =>
  parents === undefined ? {} : { parents: [...parents] };

export function remoteLayers(connection: ClientConnection): LayerRuntime {
  return {
    find: (roots, context) =>
      connection.request('layer/find', roots === undefined ? {} : { roots: [...roots] }, context),
    list: (context) => connection.request('layer/list', {}, context),
    scratch: (path, parents, sizeBytes, context) => {
      const size =
        sizeBytes === undefined
          ? {}
          : { sizeBytes: Number.isSafeInteger(Number(sizeBytes)) ? Number(sizeBytes) : sizeBytes.toString() };
      const params: Arguments<'layer/scratch'> = { path, parents: [...parents], ...size };
      return connection.request('layer/scratch', params, context);
    },
    activate: async (path, context) => {
      await connection.request('layer/activate', { path }, context);
    },
    prepare: (path, parents, context) => connection.request('layer/prepare', { path, ...copied(parents) }, context),
    mountPath: async (path, context) => (await connection.request('layer/mountPath', { path }, context)).mountPath,
    unprepare: async (path, context) => {
      await connection.request('layer/unprepare', { path }, context);
    },
    deactivate: async (path, context) => {
      await connection.request('layer/deactivate', { path }, context);
    },
    destroy: async (path, context) => {
      await connection.request('layer/destroy', { path }, context);
    },
    import: (path, folder, parents, context) =>
      connection.request('layer/import', { path, folder, ...copied(parents) }, context),
    export: (path, folder, parents, context) =>
      connection.request('layer/export', { path, folder, ...copied(parents) }, context),
    grant: async (vmId, path, context) => {
      await connection.request('layer/grant', { vmId, path }, context);
    },
  };
}

export function remoteNetworks(connection: ClientConnection): NetworkRuntime {
  return {
    networks: async (context) => (await connection.request('network/list', {}, context)).items,
    createNetwork: (document, context) => connection.request('network/create', { document }, context),
    deleteNetwork: (network, context) => connection.request('network/delete', { network }, context),
    endpoints: async (context) => (await connection.request('endpoint/list', {}, context)).items,
    createEndpoint: (network, document, context) =>
      connection.request('endpoint/create', { network, document }, context),
    deleteEndpoint: (endpoint, context) => connection.request('endpoint/delete', { endpoint }, context),
  };
}
