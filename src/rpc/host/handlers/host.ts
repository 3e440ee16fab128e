/** host/*, engine/*, rpc.discover. */
import { openRpcDocument } from '../../openrpc.js';
import type { Handlers } from '../session.js';
import { contextOf } from './container.js';

type HostMethod = 'host/info' | 'host/sweep' | 'engine/status' | 'engine/stop' | 'rpc.discover';

export const hostHandlers: Handlers<HostMethod> = {
  'host/info': (_, { session }) => session.info,
  'host/sweep': async ({ dryRun }, call) => {
    const { items } = await (await call.session.runtime).sweep(dryRun ?? false, contextOf(call));
    return { items: [...items] };
  },
  'engine/status': (_, { session }) => session.control.status(),
  'engine/stop': async ({ force, idle }, { session }) => {
    await session.control.stop({ force: force ?? false, idle: idle ?? false });
    return { stopping: true };
  },
  'rpc.discover': (_, { session }) => openRpcDocument(session.info.version),
};
