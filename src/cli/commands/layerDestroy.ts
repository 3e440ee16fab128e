import { plainLayerVerb } from './layerShared.js';

export default plainLayerVerb(
  'destroy',
  'Remove a layer with its folder',
  [
    { shell: 'sh', line: 'hcs layer destroy ./scratch', about: 'nothing may use it' },
    {
      shell: 'powershell',
      line: 'hcs layer destroy C:\\s\\1 | ConvertFrom-Json',
      about: 'fails with ERROR_SHARING_VIOLATION while it is in use',
    },
  ],
  (layers, path, call) => layers.destroy(path, call),
);
