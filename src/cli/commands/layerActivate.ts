import { plainLayerVerb } from './layerShared.js';

export default plainLayerVerb(
  'activate',
  'Attach the disk of a scratch layer',
  [
    { shell: 'sh', line: 'hcs layer activate ./scratch', about: 'tried again while it is not ready' },
    {
      shell: 'powershell',
      line: 'hcs layer activate C:\\s\\1; hcs layer prepare C:\\s\\1',
      about: 'the two steps of mounting',
    },
  ],
  (layers, path, call) => layers.activate(path, call),
);
