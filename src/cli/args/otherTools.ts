const PORTS = 'hcs publishes no ports: give the container a network (hcs run --network NAME) and see hcs endpoint list';

/** Options of docker run that are none of run and create. */
export const OTHER_OPTIONS: Readonly<Record<string, string>> = { p: PORTS, publish: PORTS, P: PORTS };

/** Words of docker and kubectl that are no verbs here, and what does the same. */
const LAYERS = 'hcs pulls no images; hcs layer find lists the layers that Docker and containerd have unpacked';

export const OTHER_TOOLS: Readonly<Record<string, string>> = {
  apply: 'hcs create --spec FILE',
  build: LAYERS,
  container: 'leave the word out: hcs list, hcs stop ID',
  cp: 'hcs copies no files; share a folder: hcs run --mount SRC:DST',
  describe: 'hcs state ID',
  get: 'hcs list, or hcs state ID',
  image: LAYERS,
  images: LAYERS,
  login: LAYERS,
  port: 'hcs endpoint list',
  prune: 'hcs list --quiet --filter status=stopped names what hcs delete may remove; hcs sweep removes leftovers',
  pull: LAYERS,
  push: LAYERS,
  rename: 'an id is for good: hcs create --id NAME',
  restart: 'a container runs once: hcs delete --force ID, then hcs run',
  rmi: LAYERS,
  scale: 'hcs run, as often as needed',
  system: 'hcs info, hcs doctor, hcs sweep',
  tag: LAYERS,
  volume: 'share a folder: hcs run --mount SRC:DST',
};
