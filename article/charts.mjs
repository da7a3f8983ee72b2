// The charts of the page, as SVG files.
import { init } from 'echarts';
import { bytesPerMiB } from '../dist/model/units.js';
import { growth, nativeRss } from './figures.mjs';
import { drawn, leaky, versions } from './plan.mjs';

const size = { width: 820, height: 380 };
/** Of a curve: more than the pixels it is drawn on are of no use. */
const maxPoints = 400;
/** Each with the word of the page: the burst of this program is its scan. */
const phases = { loaded: 'scanned', settled: 'settled', trimmed: 'trimmed' };
const mibAxis = { type: 'value', axisLabel: { formatter: (value) => value.toLocaleString('en-US') } };
const colors = ['#4c78a8', '#f58518', '#54a24b', '#e45756', '#72b7b2'];

/** @returns file name → SVG; a chart of which nothing was measured is left out */
export function drawCharts(find, configurations) {
  const charts = {
    'curves.svg': curves(find),
    'allocators.svg': allocators(find, configurations),
    'versions.svg': byVersion(find),
  };
  return Object.fromEntries(Object.entries(charts).flatMap(([name, option]) => (option ? [[name, svgOf(option)]] : [])));
}

function svgOf(option) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    color: colors,
    grid: { left: 10, right: 20, top: 64, bottom: 10, containLabel: true },
    ...option,
    title: { textStyle: { fontSize: 14 }, left: 4, top: 4, ...option.title },
    legend: { left: 4, top: 30, itemGap: 28 },
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

function curves(find) {
  const cells = drawn.flatMap((configuration) => find(leaky, 'all', configuration).cells.find(({ timeline }) => timeline) ?? []);
  if (cells.length === 0) return undefined;
  return {
    title: { text: 'Growth since the start of the scan, MiB: RSS, and live bytes of malloc (dotted)' },
    xAxis: { type: 'value', axisLabel: { formatter: '{value} s' } },
    yAxis: { ...mibAxis, min: 0 },
    series: cells.flatMap(({ configuration, timeline, phases: reached }, index) => {
      const startMs = reached.baseline.atMs;
      const points = (series, base) =>
        thin(timeline.atMs.map((atMs, at) => [(atMs - startMs) / 1000, (series[at] - base) / bytesPerMiB])).filter(
          ([at]) => at >= 0,
        );
      const color = colors[index];
      const line = { type: 'line', name: configuration, symbol: 'none', color };
      const rss = { ...line, data: points(timeline.rssBytes, reached.baseline.rssBytes) };
      if (!timeline.liveBytes) return [rss];
      return [rss, { ...line, lineStyle: { type: 'dotted' }, data: points(timeline.liveBytes, reached.baseline.liveBytes) }];
    }),
  };
}

function thin(points) {
  const every = Math.ceil(points.length / maxPoints);
  return points.filter((_, index) => index % every === 0 || index === points.length - 1);
}

function allocators(find, configurations) {
  const foundOf = (configuration) => find(leaky, 'all', configuration);
  return bars('Native RSS that a scan of all packages adds, by configuration, MiB', configurations, foundOf);
}

function byVersion(find) {
  const foundOf = (version) => find(version, 'all', 'glibc');
  return bars('Native RSS that a scan of all packages adds on glibc, by Spring Boot release, MiB', versions, foundOf);
}

/** A bar a phase and category, of those of which something was measured. */
function bars(text, names, foundOf) {
  const categories = names.filter((name) => !foundOf(name).reason);
  if (categories.length === 0) return undefined;
  return {
    title: { text },
    xAxis: {
      type: 'category',
      data: categories.map((name) => name.replace('.RELEASE', '')),
      axisLabel: { interval: 0, rotate: categories.length > 8 ? 35 : 0 },
    },
    yAxis: mibAxis,
    series: Object.entries(phases).map(([phase, name]) => ({
      type: 'bar',
      name,
      data: categories.map((category) => {
        const bytes = foundOf(category).value(growth(nativeRss, phase, 'baseline'));
        return bytes === undefined ? null : Math.round(bytes / bytesPerMiB);
      }),
    })),
  };
}
