import { GraphDrawStyle, StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/**
 * The source of offheap.json: Grafana's own types, which are generated from its schemas, check it, and a test compares the two. It needs the recording
 * rules of deploy/prometheus.
 */
const source = { type: 'prometheus', uid: `\${datasource}` };
const chosen = 'instance=~"$instance",command=~"$command"';
const width = { third: 8, half: 12, whole: 24 };
const height = 8;

type Query = readonly [expr: string, legend: string];
const byProcess = '{{command}} {{pid}}';

function query([expr, legend]: Query): DataqueryBuilder {
  return new DataqueryBuilder().datasource(source).expr(expr).legendFormat(legend).range();
}

function stat(title: string, description: string, expr: string, unit: string): StatBuilder {
  const target = new DataqueryBuilder().datasource(source).expr(expr).instant();
  return new StatBuilder().title(title).description(description).unit(unit).span(6).height(4).datasource(source).withTarget(target);
}

interface Chart {
  title: string;
  description: string;
  unit?: string;
  span?: number;
  stacked?: boolean;
  queries: Query[];
}

function chart({ title, description, unit = 'bytes', span = width.half, stacked = false, queries }: Chart): TimeseriesBuilder {
  const panel = new TimeseriesBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .min(0)
    .span(span)
    .height(height)
    .datasource(source)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(stacked ? 40 : 0)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None));
  for (const each of queries) panel.withTarget(query(each));
  return panel;
}

function largestTable(): TableBuilder {
  const columns: [string, string][] = [
    ['Reclaimable', `sum by (command) (process:offheap_reclaimable_bytes:sum{${chosen}})`],
    ['RSS', `sum by (command) (offheap_process_resident_memory_bytes{${chosen}})`],
    ['Processes', `count by (command) (offheap_process_info{${chosen}})`],
  ];
  const panel = new TableBuilder()
    .title('Services by what a trim would give back')
    .description('All processes of one name together.')
    .span(width.whole)
    .height(height)
    .unit('bytes')
    .datasource(source)
    .overrideByName('Processes', [{ id: 'unit', value: 'none' }]);
  for (const [index, [, expr]] of columns.entries()) {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index);
    panel.withTarget(new DataqueryBuilder().datasource(source).refId(refId).expr(expr).format(PromQueryFormat.Table).instant());
  }
  const names = Object.fromEntries(
    columns.map(([title], index) => [`Value #${String.fromCharCode('A'.charCodeAt(0) + index)}`, title]),
  );
  return panel
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: { excludeByName: { Time: true }, renameByName: names } })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Reclaimable', desc: true }] } });
}

const fleet = [
  stat('RSS', 'Of all chosen processes.', `sum(offheap_process_resident_memory_bytes{${chosen}})`, 'bytes'),
  stat(
    'Reclaimable',
    'What one malloc_trim in each would give back.',
    `sum(process:offheap_reclaimable_bytes:sum{${chosen}})`,
    'bytes',
  ),
  stat(
    'Reclaimable share',
    'Of the RSS.',
    `sum(process:offheap_reclaimable_bytes:sum{${chosen}}) / sum(process:offheap_looked_resident_bytes:sum{${chosen}})`,
    'percentunit',
  ),
  stat('Processes', 'How many are exported.', `count(offheap_process_info{${chosen}})`, 'none'),
];

const memory = [
  chart({
    title: 'Most reclaimable',
    description: 'Free and resident; one malloc_trim gives it back.',
    queries: [[`topk(10, process:offheap_reclaimable_bytes:sum{${chosen}})`, byProcess]],
  }),
  chart({
    title: 'RSS by what it is for',
    description: 'Of all chosen processes; choose one command to see one service.',
    stacked: true,
    queries: [[`sum by (region) (offheap_process_region_resident_bytes{${chosen}})`, '{{region}}']],
  }),
  chart({
    title: 'RSS, native RSS, live malloc',
    description: 'Where RSS stays high while live falls, the allocator keeps what the program has freed.',
    queries: [
      [`sum by (command) (offheap_process_resident_memory_bytes{${chosen}})`, '{{command}} RSS'],
      [`sum by (command) (offheap_process_native_resident_bytes{${chosen}})`, '{{command}} native RSS'],
      [`sum by (command) (offheap_malloc_live_bytes{${chosen}})`, '{{command}} live'],
    ],
  }),
  chart({
    title: 'Retained by class',
    description: 'page and top: a trim gives it back. arena_top: a fixed trim threshold. sub_page: nothing.',
    stacked: true,
    queries: [[`sum by (class) (offheap_malloc_retained_bytes{${chosen}})`, '{{class}}']],
  }),
  chart({
    title: 'zlib states',
    description: 'An upper bound. Where they grow, nobody ends them but the garbage collector.',
    queries: [[`topk(10, offheap_zlib_bytes{${chosen}})`, byProcess]],
  }),
  chart({
    title: 'Arenas',
    description: 'glibc makes up to eight for each processor.',
    unit: 'none',
    queries: [[`topk(10, offheap_malloc_arenas{${chosen}})`, byProcess]],
  }),
  chart({
    title: 'NMT, committed',
    description: 'Of JVMs with -XX:NativeMemoryTracking=summary.',
    stacked: true,
    queries: [[`sum by (category) (jvm_memory_nmt_committed_bytes{${chosen},category!="total"})`, '{{category}}']],
  }),
  chart({
    title: 'Live bytes by thread',
    description: 'Of processes behind libmeter.so.',
    span: width.whole,
    queries: [[`topk(10, offheap_meter_thread_live_bytes{${chosen}})`, '{{command}} {{pid}} {{thread}}']],
  }),
];

const owners = [
  chart({
    title: 'Who owns live malloc',
    description: 'Of exporters with --owners; choose one command to see one service.',
    stacked: true,
    queries: [[`topk(10, sum by (kind, owner) (offheap_owner_bytes{${chosen}}))`, '{{owner}} ({{kind}})']],
  }),
  chart({
    title: 'Owners that grow',
    description: 'In an hour, of one process.',
    queries: [[`topk(10, delta(offheap_owner_bytes{${chosen},kind!="other"}[1h]))`, `${byProcess} {{owner}}`]],
  }),
  chart({
    title: 'Age of the oldest look at owners',
    description: 'It grows beyond the interval of --owners where --cpu does not suffice.',
    unit: 's',
    span: width.whole,
    queries: [['max by (instance) (time() - offheap_owners_looked_at_timestamp_seconds{instance=~"$instance"})', '{{instance}}']],
  }),
];

const tending = [
  chart({
    title: 'Given back',
    description: 'Of exporters with --tend. In a dry run only what is predicted grows.',
    queries: [
      ['sum(increase(offheap_trim_predicted_bytes_total{instance=~"$instance"}[$__rate_interval]))', 'predicted'],
      ['sum(increase(offheap_trim_returned_bytes_total{instance=~"$instance"}[$__rate_interval]))', 'given back'],
    ],
  }),
  chart({
    title: 'Kept, by why it is not given back',
    description:
      'waiting: not for long enough. busy, resting. long: it would stop threads for too long. refused: it cannot be told.',
    stacked: true,
    queries: [[`sum by (state) (offheap_tend_kept_bytes{${chosen},state!="little"})`, '{{state}}']],
  }),
  chart({
    title: 'Trims by result',
    description: 'undone: the memory was needed within a minute.',
    unit: 'none',
    queries: [['sum by (result) (increase(offheap_trims_total{instance=~"$instance"}[1h]))', '{{result}}']],
  }),
  chart({
    title: 'How long trims take',
    description: 'Nine of ten take no longer.',
    unit: 's',
    queries: [['histogram_quantile(0.9, sum by (le) (rate(offheap_trim_seconds_bucket{instance=~"$instance"}[1h]))) >= 0', '0.9']],
  }),
];

const containers = [
  chart({
    title: 'Held, of the limit',
    description: 'What the kernel cannot drop. At 100 % it kills.',
    unit: 'percentunit',
    queries: [[`topk(10, offheap_container_held_bytes{${chosen}} / offheap_cgroup_memory_limit_bytes{${chosen}})`, byProcess]],
  }),
  chart({
    title: 'Usage by part',
    description: 'As the kernel counts it; choose one command to see one service.',
    stacked: true,
    queries: [[`sum by (part) (offheap_container_memory_bytes{${chosen}})`, '{{part}}']],
  }),
  chart({
    title: 'Usage and working set, of the limit',
    description: 'Page cache is part of the usage. The working set is what Kubernetes shows.',
    unit: 'percentunit',
    queries: [
      [
        `topk(10, offheap_cgroup_memory_usage_bytes{${chosen}} / offheap_cgroup_memory_limit_bytes{${chosen}})`,
        `${byProcess} usage`,
      ],
      [
        `topk(10, offheap_container_working_set_bytes{${chosen}} / offheap_cgroup_memory_limit_bytes{${chosen}})`,
        `${byProcess} working set`,
      ],
    ],
  }),
  chart({
    title: 'Limit reached, kills',
    description: 'Since the cgroup was made.',
    unit: 'none',
    queries: [
      [`topk(10, offheap_container_limit_hits_total{${chosen}})`, `${byProcess} reached`],
      [`topk(10, offheap_container_oom_kills_total{${chosen}})`, `${byProcess} killed`],
    ],
  }),
  chart({
    title: 'Time spent waiting for memory',
    description: 'Of cgroup v2: at least one task of the container waited. full: all of them at once.',
    unit: 'percentunit',
    span: width.whole,
    queries: [
      [`topk(10, rate(offheap_container_memory_pressure_seconds_total{${chosen}}[$__rate_interval]))`, `${byProcess} {{kind}}`],
      ['rate(offheap_host_memory_pressure_seconds_total{instance=~"$instance"}[$__rate_interval])', '{{instance}} host {{kind}}'],
    ],
  }),
];

const exporter = [
  chart({
    title: 'Scrape duration, 99th percentile',
    description: 'Of the exporter’s own measuring.',
    unit: 's',
    span: width.third,
    queries: [
      [
        'histogram_quantile(0.99, sum by (instance, le) (rate(offheap_exporter_scrape_duration_seconds_bucket{instance=~"$instance"}[$__rate_interval])))',
        '{{instance}}',
      ],
    ],
  }),
  chart({
    title: 'What could not be read',
    description: 'Errors by instrument, and processes left out.',
    unit: 'cps',
    span: width.third,
    queries: [
      [
        'sum by (instrument, code) (rate(offheap_exporter_errors_total{instance=~"$instance"}[$__rate_interval]))',
        '{{instrument}} {{code}}',
      ],
      ['sum by (reason) (rate(offheap_exporter_skipped_total{instance=~"$instance"}[$__rate_interval]))', 'skipped: {{reason}}'],
    ],
  }),
  chart({
    title: 'Age of the oldest look',
    description: 'It grows where --cpu does not suffice.',
    unit: 's',
    span: width.third,
    queries: [['max by (instance) (time() - offheap_process_looked_at_timestamp_seconds{instance=~"$instance"})', '{{instance}}']],
  }),
];

function choose(name: string, label: string, definition: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(source)
    .query(definition)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*');
}

export function buildDashboard(): Dashboard {
  const builder = new DashboardBuilder('offheap: native memory of JVMs')
    .uid('offheap')
    .tags(['jvm', 'memory'])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(choose('instance', 'Exporter', 'label_values(offheap_process_info, instance)'))
    .withVariable(choose('command', 'Command', 'label_values(offheap_process_info{instance=~"$instance"}, command)'));
  for (const panel of fleet) builder.withPanel(panel);
  builder.withPanel(largestTable());
  for (const panel of memory) builder.withPanel(panel);
  builder.withRow(new RowBuilder('Owners of malloc’s blocks'));
  for (const panel of owners) builder.withPanel(panel);
  builder.withRow(new RowBuilder('Memory that is given back'));
  for (const panel of tending) builder.withPanel(panel);
  builder.withRow(new RowBuilder('Containers'));
  for (const panel of containers) builder.withPanel(panel);
  builder.withRow(new RowBuilder('The exporter itself'));
  for (const panel of exporter) builder.withPanel(panel);
  return builder.build();
}

/** Every PromQL expression of a dashboard, those of its variables left out. */
export function expressionsOf({ panels = [] }: Dashboard): string[] {
  return panels
    .flatMap((panel) => ('targets' in panel ? (panel.targets ?? []) : []))
    .flatMap((target) => {
      const { expr } = target as { expr?: string };
      return expr === undefined ? [] : [expr];
    });
}
