/** Latency against the number of running containers, both axes logarithmic, as SVG. */
import type { Point } from './scale.js';

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 60;
const BOTTOM = 350;
const TOP = 20;
const RIGHT = 500;
const SERIES: readonly { readonly name: string; readonly colour: string; readonly of: (p: Point) => number }[] = [
  { name: 'state, p50', colour: '#1f77b4', of: (p) => p.stateP50 },
  { name: 'state, p99', colour: '#9ecae1', of: (p) => p.stateP99 },
  { name: 'list', colour: '#d62728', of: (p) => p.list },
  { name: 'create and start', colour: '#2ca02c', of: (p) => p.start },
];

const decades = (least: number, most: number): number[] => {
  const from = Math.floor(Math.log10(least));
  const to = Math.ceil(Math.log10(most));
  return Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
};

export function plot(points: readonly Point[]): string {
  const counts = points.map((p) => p.count);
  const values = points.flatMap((p) => SERIES.map((s) => s.of(p)));
  const xs = decades(Math.min(...counts), Math.max(...counts));
  const ys = decades(Math.min(...values), Math.max(...values));
  const scale = (ticks: readonly number[], from: number, to: number) => (value: number) => {
    const [first, last] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
    return Math.round((from + ((Math.log10(value) - first) / (last - first || 1)) * (to - from)) * 10) / 10;
  };
  const x = scale(xs, LEFT, RIGHT);
  const y = scale(ys, BOTTOM, TOP);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...xs.map(
      (v) =>
        `<path d="M${x(v)} ${TOP}V${BOTTOM}" stroke="#ddd"/><text x="${x(v)}" y="${BOTTOM + 18}" text-anchor="middle">${v}</text>`,
    ),
    ...ys.map(
      (v) =>
        `<path d="M${LEFT} ${y(v)}H${RIGHT}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y(v) + 4}" text-anchor="end">${v}</text>`,
    ),
    `<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">running containers</text>`,
    `<text x="14" y="${(TOP + BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(TOP + BOTTOM) / 2})">ms</text>`,
    ...SERIES.flatMap(({ name, colour, of }, i) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map((p) => `${x(p.count)},${y(of(p))}`).join(' ')}"/>`,
      ...points.map((p) => `<circle cx="${x(p.count)}" cy="${y(of(p))}" r="3" fill="${colour}"/>`),
      `<text x="${RIGHT + 10}" y="${TOP + 20 + 18 * i}" fill="${colour}">${name}</text>`,
    ]),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}
