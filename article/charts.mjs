// The charts of the page, as SVG files.
import { init } from 'echarts';
import { growth, nativeRss } from './figures.mjs';
import { degrees, drawn, leaky, versions } from './plan.mjs';

const size = { width: 820, height: 380 };
const bytesPerMiB = 2 ** 20;
/** Of a curve: more than the pixels it is drawn on are of no use. */
const maxPoints = 400;
const phases = ['scanned', 'settled', 'trimmed'];
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
    yAxis: { type: 'value', min: 0, axisLabel: { formatter: (value) => value.toLocaleString('en-US') } },
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
  const measured = configurations.filter((configuration) => !find(leaky, 'all', configuration).reason);
  return bars('Native RSS that a scan of all packages adds, by configuration, MiB', measured, (configuration, phase) =>
    find(leaky, 'all', configuration).value(growth(nativeRss, phase, 'baseline')),
  );
}

function byVersion(find) {
  const measured = versions.filter((version) => !find(version, degrees.at(-1).key, 'glibc').reason);
  return bars('Native RSS that a scan of all packages adds on glibc, by Spring Boot release, MiB', measured, (version, phase) =>
    find(version, 'all', 'glibc').value(growth(nativeRss, phase, 'baseline')),
  );
}

function bars(text, categories, heightOf) {
  if (categories.length === 0) return undefined;
  return {
    title: { text },
    xAxis: {
      type: 'category',
      data: categories.map((name) => name.replace('.RELEASE', '')),
      axisLabel: { interval: 0, rotate: categories.length > 8 ? 35 : 0 },
    },
    yAxis: { type: 'value', axisLabel: { formatter: (value) => value.toLocaleString('en-US') } },
    series: phases.map((phase) => ({
      type: 'bar',
      name: phase,
      data: categories.map((category) => {
        const bytes = heightOf(category, phase);
        return bytes === undefined ? null : Math.round(bytes / bytesPerMiB);
      }),
    })),
  };
}
