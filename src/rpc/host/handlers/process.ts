/** process/*: init, or an exec. */
import type { Handlers } from '../session.js';
import { contextOf } from './container.js';

type ProcessMethod = 'process/resize' | 'process/closeStdin' | 'process/signal' | 'process/wait' | 'process/log';

export const processHandlers: Handlers<ProcessMethod> = {
  'process/resize': async ({ id, execId, width, height }, call) => {
    await (await call.session.runtime).resize(id, execId, width, height, contextOf(call));
    return {};
  },
  'process/closeStdin': async ({ id, execId }, call) => {
    await (await call.session.runtime).closeStdin(id, execId, contextOf(call));
    return {};
  },
  'process/signal': async ({ id, execId, signal }, call) => {
    await (await call.session.runtime).kill(id, execId, signal, contextOf(call));
    return {};
  },
  'process/wait': async ({ id, execId }, call) =>
    (await call.session.runtime).wait(id, execId, 'init', contextOf(call)),
  'process/log': async ({ id, execId }, call) => {
    const { folder, open } = await (await call.session.runtime).log(id, execId ?? 'init');
    return { folder, open };
  },
};
