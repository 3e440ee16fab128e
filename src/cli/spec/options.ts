/** Options that describe a container: those of run and create. */
import { choice, flag, list, value } from '../args/option.js';
import { variable } from '../parse/environment.js';
import { mountOption } from '../parse/mount.js';
import { containerId, label } from '../parse/names.js';
import { bytes, processors } from '../parse/numbers.js';

/** What also an exec has. */
export const processOptions = {
  env: list('K=V', 'environment variable; K alone passes your own on', { short: 'e', parse: variable }),
  'env-file': list('FILE', 'file of K=V lines'),
  workdir: value('DIR', 'working directory in the container', { short: 'w', aliases: ['cwd'] }),
  user: value('NAME', 'user in the container', { short: 'u' }),
  interactive: flag('keep stdin open and pass it on', { short: 'i' }),
  tty: flag('give the program a terminal', { short: 't' }),
};

/** What `--strict` does. */
export const STRICT = 'refuse a spec with members that are not known, instead of ignoring them with a warning';

export const containerOptions = {
  id: value('ID', 'id of the container; made up when absent', { aliases: ['name'], parse: containerId }),
  spec: value('FILE|-', 'OCI runtime spec as JSON; - reads stdin'),
  strict: flag(STRICT),
  bundle: value('DIR', 'OCI bundle: a folder with config.json', { short: 'b' }),
  layer: value('DIR', 'Windows layer folder; its layerchain.json names its parents'),
  isolation: choice(['process', 'hyperv'], 'how far the container is kept apart'),
  hostname: value('NAME', 'host name in the container'),
  mount: list('MOUNT', 'type=bind,source=DIR,target=DIR[,readonly] or SRC:DST[:ro]', {
    short: 'v',
    aliases: ['volume'],
    parse: mountOption,
  }),
  cpus: value('N', 'processors it may use, such as 2 or 0.5', { parse: processors }),
  memory: value('SIZE', 'memory it may use, such as 512m or 2g', { short: 'm', parse: bytes }),
  network: value(
    'NET',
    'name or id of a network, an endpoint id, ids of endpoints separated by commas, container:ID, or none',
  ),
  label: list('K=V', 'label, shown by list', { short: 'l', parse: label }),
  owner: value('NAME', 'owner that HCS records'),
  'runtime-options': value('FILE', 'JSON with the lcow paths that a Linux container needs'),
  ...processOptions,
};
