import { plainLayerVerb } from './layerShared.js';

export default plainLayerVerb(
  'unprepare',
  'Undo prepare: the layer has no volume any more',
  [
    { shell: 'sh', line: 'hcs layer unprepare ./scratch', about: 'then deactivate it' },
    {
      shell: 'powershell',
      line: 'hcs layer unprepare C:\\s\\1; hcs layer deactivate C:\\s\\1',
      about: 'the two steps of unmounting',
    },
  ],
  (layers, path, call) => layers.unprepare(path, call),
);
