import { plainLayerVerb } from './layerShared.js';

export default plainLayerVerb(
  'deactivate',
  'Detach the disk of a scratch layer',
  [
    { shell: 'sh', line: 'hcs layer deactivate ./scratch', about: 'after unprepare' },
    {
      shell: 'powershell',
      line: 'hcs layer unprepare C:\\s\\1; hcs layer deactivate C:\\s\\1',
      about: 'the two steps of unmounting',
    },
  ],
  (layers, path, call) => layers.deactivate(path, call),
);
