import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { buildDashboard, expressionsOf } from '../../deploy/grafana/dashboard.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import type { Listening } from '../../src/exporter/server.ts';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { preloadable } from '../fixtures/preload.ts';
import { has, skipUnless } from '../skip.ts';
import { type BurstJvm, compileBurst, startBurst } from './burst-jvm.ts';
import { type Prometheus, prometheusFolder, startPrometheus } from './prometheus.ts';

const mib = 1024 ** 2;
const docs = fileURLToPath(new URL('../../docs', import.meta.url));
let folder: string;
let jvms: BurstJvm[] = [];
let exporter: Listening;
let prometheus: Prometheus;

/** The first one gives back what it has freed, the next two are kept away. */
const tendRules = {
  ...{ aboveBytes: 16 * mib, keptForMs: 1, idleBelowShare: 100, everyMs: 300, maxPauseMs: 60_000 },
  ...{ loadsAgent: false, isDryRun: false },
};

const possible = skipUnless(has('prometheus') && has('promtool'), 'prometheus is not installed');
beforeAll(async () => {
  if (!possible) return;
  folder = await mkdtemp(join(tmpdir(), 'offheap-prometheus-'));
  await compileBurst(folder);
  const flags = ['-XX:NativeMemoryTracking=summary'];
  jvms = await Promise.all([
    startBurst(folder, { threads: 4, count: 250, flags, env: { LD_PRELOAD: preloadable('meter') } }),
    startBurst(folder, { threads: 4, count: 250, env: { OFFHEAP_TEND: 'off' } }),
    startBurst(folder, { threads: 4, count: 250, env: { OFFHEAP_TEND: 'off' } }),
    startBurst(folder, { threads: 4, count: 250 }),
  ]);
  for (const jvm of jvms) await jvm.tell('a');
  // The last one keeps them: owners are looked for where much is in use.
  for (const jvm of jvms.slice(0, -1)) await jvm.tell('f');
  exporter = await startExporter({
    ...{
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      selection: parseSelection(`-cp ${folder} `),
      maxProcesses: 10,
      topThreads: 10,
    },
    ...{ intervalMs: 300, discoverMs: 500, attachIntervalMs: 1000, cpuShare: 0.3, scrapeBudgetMs: 1000 },
    ownersIntervalMs: 1000,
    tend: { ...tendRules, hear: () => {} },
  });
  prometheus = await startPrometheus(folder, new URL(exporter.url).host);
});
afterAll(async () => {
  if (!possible) return;
  await prometheus?.end();
  await exporter?.close();
  await Promise.all(jvms.map((jvm) => jvm.end()));
  await rm(folder, { recursive: true });
});

/** What Grafana puts in before it asks. */
const fillIn = (expr: string) => expr.replaceAll(/\$(instance|command)/g, '.*').replaceAll('$__rate_interval', '5s');

/** Those that need a limit of memory, a failure, or a trim since the last scrape, to have a value. */
const mayBeEmpty = /cgroup_memory_limit|container_memory|errors_total|trim_seconds/;

describe('the dashboard', () => {
  test.each(expressionsOf(buildDashboard()))('%s', async (expr) => {
    const series = await prometheus.until(fillIn(expr), (found) => mayBeEmpty.test(expr) || found.length > 0);
    for (const { value } of series) expect(value).not.toBeNaN();
  });

  test('its variables find what is exported', async () => {
    expect(await prometheus.get('/api/v1/label/command/values?match[]=offheap_process_info')).toEqual(['Burst']);
    expect(await prometheus.get('/api/v1/label/instance/values?match[]=offheap_process_info')).toEqual([
      new URL(exporter.url).host,
    ]);
  });
});

/** Those of the second need hours, and are evaluated every ten minutes. */
const ruleTests = ['offheap.rules.test.yml', 'offheap.rules.hours.test.yml'];

describe('the rules', () => {
  test('promtool: they are valid, and do what their tests say', async () => {
    const check = await execa('promtool', ['check', 'rules', 'offheap.rules.yml'], { cwd: prometheusFolder });
    expect(check.stdout).toContain('SUCCESS: 20 rules found');
    for (const tests of ruleTests) {
      const run = await execa('promtool', ['test', 'rules', tests], { cwd: prometheusFolder });
      expect(run.stdout).toContain('SUCCESS');
    }
  });

  test('every alert has a test that makes it fire', async () => {
    const rules = parse(await readFile(join(prometheusFolder, 'offheap.rules.yml'), 'utf8')) as RuleFile;
    const files = await Promise.all(ruleTests.map((name) => readFile(join(prometheusFolder, name), 'utf8')));
    const alerts = rules.groups.flatMap((group) => group.rules).flatMap(({ alert }) => alert ?? []);
    const firing = files
      .flatMap((text) => (parse(text) as TestFile).tests)
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .flatMap(({ alertname, exp_alerts }) => (exp_alerts.length > 0 ? [alertname] : []));
    expect(firing.sort()).toEqual(alerts.sort());
  });

  test('Prometheus evaluates all of them without an error', async () => {
    const { groups } = (await prometheus.get('/api/v1/rules')) as { groups: { rules: { name: string; health: string }[] }[] };
    const unwell = groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok');
    expect(unwell).toEqual([]);
  });

  test.for(['prometheus.yml', 'prometheus-kubernetes.yml'])('%s is a configuration', async (name, context) => {
    const help = await execa('promtool', ['check', 'config', '--help'], { reject: false });
    context.skip(
      !`${help.stdout}${help.stderr}`.includes('--syntax-only'),
      "this promtool has no check of a configuration's syntax alone",
    );
    const text = await readFile(join(prometheusFolder, name), 'utf8');
    // Debian's Prometheus is built without the discovery of Kubernetes: all but that section is checked.
    const config = parse(text) as { scrape_configs: Record<string, unknown>[] };
    for (const job of config.scrape_configs) delete job['kubernetes_sd_configs'];
    const file = join(folder, name);
    await writeFile(file, stringify(config));
    const { stdout } = await execa('promtool', ['check', 'config', '--syntax-only', file]);
    expect(stdout).toContain('is valid prometheus config file syntax');
  });
});

interface RuleFile {
  groups: { rules: { alert?: string }[] }[];
}
interface QueryTests {
  tests: { promql_expr_test: { expr: string }[] }[];
}
interface TestFile {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
}

describe('docs/fleet.md', () => {
  test('every query of it has a test with known answers, which holds', async () => {
    const text = await readFile(join(docs, 'fleet.md'), 'utf8');
    const asked = [...text.matchAll(/^```promql\n([\s\S]*?)\n```/gm)].map(([, expr = '']) => expr);
    const tests = parse(await readFile(join(prometheusFolder, 'queries.test.yml'), 'utf8')) as QueryTests;
    const tested = tests.tests.flatMap(({ promql_expr_test }) => promql_expr_test).map(({ expr }) => expr.trim());
    expect(tested.sort()).toEqual(asked.sort());
    const { stdout } = await execa('promtool', ['test', 'rules', 'queries.test.yml'], { cwd: prometheusFolder });
    expect(stdout).toContain('SUCCESS');
    for (const expr of asked) await prometheus.query(expr);
  });

  const vector = (values: number[]) =>
    values.map((value, index) => `label_replace(vector(${value}), "node", "n${index}", "", "")`).join(' or ');
  const compareArms = async (a: number[], b: number[]) => {
    const args = [`--prometheus=${prometheus.url}`, `--a=${vector(a)}`, `--b=${vector(b)}`];
    const { stdout } = await execa('node', [join(docs, 'fleet', 'compare-arms.mjs'), ...args]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  test('compare-arms.mjs pairs what Prometheus answers', async () => {
    const before = [500, 510, 490, 700, 505, 520];
    const after = [400, 420, 400, 590, 410, 425];
    expect(await compareArms(before, after)).toMatchObject({ mean: expect.closeTo(-96.67, 2), pairs: 6, verdict: 'smaller' });
    // The seventh node has one arm only.
    expect(await compareArms([...before, 1], before)).toMatchObject({
      mean: 0,
      low: 0,
      high: 0,
      pairs: 6,
      verdict: 'no difference',
    });
    expect(await compareArms(before.slice(4), after.slice(4))).toEqual({ mean: -95, pairs: 2, verdict: 'too few pairs' });
  });
});

test('reclaimable falls for the process that is trimmed, and for no other', async () => {
  const [, trimmed, other] = jvms.map(({ pid }) => pid);
  const reclaimable = (pid: number | undefined) => `process:offheap_reclaimable_bytes:sum{pid="${pid}"}`;
  for (const pid of [trimmed, other]) await prometheus.until(reclaimable(pid), ([series]) => (series?.value ?? 0) > 20 * mib);
  await runDiagnosticCommand(trimmed ?? 0, 'System.trim_native_heap', { timeoutMs: 120_000 });
  await prometheus.until(reclaimable(trimmed), ([series]) => (series?.value ?? Number.POSITIVE_INFINITY) < mib);
  expect((await prometheus.query(reclaimable(other)))[0]?.value).toBeGreaterThan(20 * mib);
});
