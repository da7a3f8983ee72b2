import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { buildDashboard, expressionsOf } from '../../../deploy/grafana/dashboard.ts';
import type { ContentType } from '../../../src/exporter/exposition.ts';
import { hostPressure } from '../../../src/exporter/host-metrics.ts';
import { allProcessMetrics } from '../../../src/exporter/metrics.ts';
import { TendMetrics } from '../../../src/exporter/tend/tend-metrics.ts';

const shipped = fileURLToPath(new URL('../../../deploy/grafana/offheap.json', import.meta.url));

test('offheap.json is what dashboard.ts makes, which is checked by types made from Grafana’s schemas', async () => {
  // After a change: npx vitest run --project=unit -u test/unit/deploy
  await expect(`${JSON.stringify(buildDashboard(), undefined, 2)}\n`).toMatchFileSnapshot(shipped);
});

test('every metric that the dashboard asks for is exported', () => {
  const registry = new Registry<ContentType>();
  new TendMetrics(registry);
  const ofTrims = registry.getMetricsAsArray().map(({ name }) => name);
  const exported = new Set([
    ...['offheap_process_info', hostPressure.name, ...ofTrims, 'offheap_trim_seconds_bucket'],
    ...allProcessMetrics.map(({ name }) => name),
  ]);
  const asked = expressionsOf(buildDashboard()).flatMap((expr) =>
    [...expr.matchAll(/(?<![:\w])(?:offheap_(?!exporter)|jvm_)\w+/g)].map(([name]) => name),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !exported.has(name))).toEqual([]);
});
