import { describe, expect, test } from 'vitest';
import type { Cell, CommandScenario, ResultFile } from '../../../src/model/result.ts';
import { renderRecommendation } from '../../../src/reporters/recommendation.ts';
import { reporters } from '../../../src/reporters/reporter.ts';
import { summariseRun } from '../../../src/stats/summary.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';
import { plainText } from '../../fixtures/terminal.ts';

const scenario: CommandScenario = {
  ...{ name: 'command', command: ['./app'], load: ['wrk', '-d1s'], gc: false, settleMs: 5000, step: false, graceMs: 1 },
};
const library = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';
const provenance = {
  ...{ verified: true, problems: [], preloaded: ['/x/libmeter.so', library], allocatorLibrary: library, allocatorVersion: '5.3.0' },
  ...{ environment: {}, readBack: {}, jvmFlags: [] },
};

function cell(configuration: string, settled: number, changes: Partial<Cell> = {}): Cell {
  return cellOf({
    ...{ configuration, scenario, burstMs: 2000, phases: phasesOf({ baseline: 100, loaded: 900, settled }) },
    metrics: { rate: { value: 50, better: 'higher' } },
    ...changes,
  });
}

const jemalloc = (settled: number, changes: Partial<Cell> = {}) =>
  cell('jemalloc-bg', settled, {
    ...{ allocator: 'jemalloc', provenance, settings: { env: { MALLOC_CONF: 'a:b,c:1' }, jvmFlags: [] } },
    ...changes,
  });

function planned(...cells: Cell[]): ResultFile {
  const keys = [...new Set(cells.map(({ configuration }) => configuration))];
  const configurations = keys.map((key) => ({ key, allocator: 'x', settings: { env: {}, jvmFlags: [] } }));
  return { ...resultOf(cells), plan: { scenario, configurations, repeats: 1, meter: true, reference: 'glibc', timeoutMs: 1 } };
}

/** In each round every figure is off by as much, so that the pairs are alike. */
const rounds = (count: number, cellsOf: (repeat: number) => Cell[]) =>
  Array.from({ length: count }, (_, index) => index + 1).flatMap(cellsOf);
const rule =
  "Rule: the smallest settled RSS that saves at least 5 % of glibc's and makes load time, CPU time and metrics worse by at most 5 %. Intervals are at 95 %, whichever round is the last.";

test('what to ship, what it saves and costs with intervals, and the lines to paste', () => {
  const cells = rounds(6, (repeat) => [cell('glibc', 800, { repeat }), jemalloc(300, { repeat, burstMs: 2060 })]);
  const { sentences, lines } = renderRecommendation(planned(...cells));
  expect(sentences).toEqual([
    'Recommendation: jemalloc-bg. It settles at 300 MiB, 500 MiB (63 %) less than glibc per replica [497, 503]; cost against glibc: load time +3 % [+2, +4], rate ±0 % [−1, +1].',
    rule,
    `Install the library where the service runs; here it is ${library}, 5.3.0.`,
  ]);
  expect(lines.map(({ line }) => line)).toEqual([
    'ENV LD_PRELOAD="libjemalloc.so.2"',
    'ENV MALLOC_CONF="a:b,c:1"',
    'env: [{ name: LD_PRELOAD, value: "libjemalloc.so.2" }, { name: MALLOC_CONF, value: "a:b,c:1" }]',
    'Environment="LD_PRELOAD=libjemalloc.so.2"',
    'Environment="MALLOC_CONF=a:b,c:1"',
  ]);
});

test('of one run each: a candidate without an interval, no recommendation, and nothing to paste', () => {
  expect(renderRecommendation(planned(cell('glibc', 800), jemalloc(300, { burstMs: 2060 })))).toEqual({
    sentences: [
      'Candidate: jemalloc-bg. It settles at 300 MiB, 500 MiB (63 %) less than glibc per replica; cost against glibc: load time +3 %, rate ±0 %.',
      'That is no recommendation: one run each tells nothing of what two runs differ by. Without --repeats there are as many rounds as it takes to decide.',
      rule,
    ],
    lines: [],
  });
  expect(renderRecommendation(planned(cell('glibc', 800), jemalloc(790))).sentences[0]).toBe(
    'No candidate: nothing settled at 5 % less than glibc at a cost of at most 5 %.',
  );
});

test('undecided: what is open, the candidate, and how many rounds may tell', () => {
  const settled = [300, 700, 390, 640, 500, 560];
  const cells = rounds(6, (repeat) => [cell('glibc', 800, { repeat }), jemalloc(settled[repeat - 1] ?? 0, { repeat })]);
  expect(renderRecommendation(planned(...cells)).sentences).toEqual([
    'Undecided after 6 rounds: it is open whether jemalloc-bg saves 5 %.',
    expect.stringMatching(
      /^Candidate: jemalloc-bg\. It settles at 530 MiB, 305 MiB \(38 %\) less than glibc per replica \[[-\d, ]+\]; cost/,
    ),
    expect.stringMatching(/^About 10 rounds may tell: the same command with --max-repeats=10 and --resume=FILE, the raw result\.$/),
    rule,
  ]);
  const times = [1000, 4000, 1500, 3100, 1900, 2700];
  const slow = rounds(6, (repeat) => [cell('glibc', 800, { repeat }), jemalloc(300, { repeat, burstMs: times[repeat - 1] ?? 0 })]);
  const { sentences } = renderRecommendation(planned(...slow));
  expect(sentences[0]).toBe('Undecided after 6 rounds: it is open whether jemalloc-bg costs at most 5 %.');
  expect(sentences.at(-2)).toMatch(
    /^(It would take about \d+|A thousand) rounds( would not tell)?: load time differs too much from round to round\. A longer load, or/,
  );
});

test('a run that was ended after its first cell says why', () => {
  const ended = 'The first cell, of glibc, did not work, so no other was run. It never got ready.';
  expect(renderRecommendation({ ...planned(cell('glibc', 800, { state: 'failed' })), ended })).toEqual({
    sentences: [`No recommendation: ${ended}`],
    lines: [],
  });
});

test('what stood for another host is nothing to ship', () => {
  const settings = {
    ...{ env: { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=131072:glibc.malloc.arena_max=128' }, jvmFlags: [] },
    simulatedTunable: 'glibc.malloc.arena_max=128',
  };
  const paste = (changes: Partial<Cell>) =>
    renderRecommendation(
      planned(...rounds(6, (repeat) => [cell('glibc', 800, { repeat }), cell('other', 300, { ...changes, repeat })])),
    ).lines;
  expect(paste({ settings })[0]?.line).toBe('ENV GLIBC_TUNABLES="glibc.malloc.trim_threshold=131072"');
  const flags = { ...settings, env: { GLIBC_TUNABLES: settings.simulatedTunable }, jvmFlags: ['-XX:TrimNativeHeapInterval=1000'] };
  expect(
    paste({ settings: flags })
      .map(({ line }) => line)
      .join(),
  ).not.toContain('GLIBC_TUNABLES');
});

test('nothing differs: it says so, and has nothing to paste', () => {
  const cells = rounds(6, (repeat) => [cell('glibc', 800, { repeat }), jemalloc(790, { repeat })]);
  expect(renderRecommendation(planned(...cells))).toEqual({
    sentences: ['Recommendation: keep glibc; no configuration settles at 5 % less than glibc.', rule],
    lines: [],
  });
});

test('smaller at a price: the price is named', () => {
  const costly = { burstMs: 3000, metrics: { rate: { value: 40 } } };
  const cells = rounds(6, (repeat) => [
    cell('glibc', 800, { repeat, metrics: { rate: { value: 50 } } }),
    jemalloc(300, { ...costly, repeat }),
  ]);
  const { sentences, lines } = renderRecommendation(planned(...cells));
  expect(sentences.slice(0, 2)).toEqual([
    'Recommendation: keep glibc; what is smaller costs over 5 % more.',
    'jemalloc-bg saves 500 MiB, but load time +50 % [+49, +52], rate −20 % [−21, −19] (let the load say which way is better: @metric name=value better=higher).',
  ]);
  expect(lines).toEqual([]);
});

test('the table and the markdown of a command: its own columns, metrics, and the recommendation', () => {
  const result = planned(cell('glibc', 800), jemalloc(300));
  expect(reporters.table(result, plainText)).toMatchSnapshot();
  expect(reporters.markdown(result)).toMatchSnapshot();
});

test('the verdict of a repeated configuration is what the recommendation makes of it', () => {
  const cells = rounds(6, (repeat) => [
    cell('glibc', 800, { repeat }),
    jemalloc(300, { repeat }),
    cell('slow', 200, { repeat, burstMs: 3000 }),
    cell('alike', 800, { repeat }),
    cell('large', 1200, { repeat }),
  ]);
  const rows = reporters.markdown(planned(...cells)).split('\n');
  const verdicts = rows.flatMap((row) => {
    const [, key = '', ...columns] = row.split('|').map((text) => text.trim());
    return /^(jemalloc-bg|slow|alike|large)$/.test(key)
      ? [[key, columns.find((text) => /recommended|smaller|larger/.test(text))]]
      : [];
  });
  expect(verdicts).toEqual([
    ['jemalloc-bg', 'recommended'],
    ['slow', 'smaller; costs more'],
    ['alike', 'not smaller'],
    ['large', 'larger'],
  ]);
});

describe('programs that are compared with each other', () => {
  const commands = { old: ['java', '-jar', 'app 1.4.jar'], new: ['java', '-jar', 'app-1.5.jar'] };
  const jdk = (version: string) => ({ version, vendor: 'Test', home: `/jdk-${version}` });
  const ofOld = rule.replace('glibc', 'old');

  function variants(old: number, changed: number, { jdks = ['17', '17'], allocator = 'glibc' } = {}): ResultFile {
    const cells = rounds(6, (repeat) => [cell('old', old, { repeat, allocator }), cell('new', changed, { repeat, allocator })]);
    const configurations = Object.entries(commands).map(([key, command], index) => ({
      ...{ key, allocator, settings: { env: {}, jvmFlags: [] } },
      program: { command, jdk: jdk(jdks[index] ?? '') },
    }));
    const plan = { scenario, configurations, repeats: 6, meter: true, reference: 'old', timeoutMs: 1 };
    const { host, ...result } = resultOf(cells);
    const { jdk: _, ...hostWithout } = host;
    const summarised = summariseRun(cells, { order: ['old', 'new'], reference: 'old' });
    return { ...result, host: jdks[0] === jdks[1] ? host : hostWithout, plan, ...summarised };
  }

  test('the smaller one is recommended, and what there is to paste is its command', () => {
    const saving = 'It settles at 300 MiB, 500 MiB (63 %) less than old per replica [497, 503]';
    expect(renderRecommendation(variants(800, 300))).toEqual({
      sentences: [`Recommendation: new. ${saving}; cost against old: load time ±0 % [−1, +1], rate ±0 % [−1, +1].`, ofOld],
      lines: [{ where: 'command', line: 'java -jar app-1.5.jar' }],
    });
  });

  test('one that is larger is told with its size, and nothing is to be pasted', () => {
    expect(renderRecommendation(variants(800, 1000))).toEqual({
      sentences: [
        'Recommendation: keep old; no variant settles at 5 % less than old.',
        expect.stringMatching(/^new settles at 1,000 MiB, 200 MiB \(25 %\) more than old \[190, 210\]\.$/),
        ofOld,
      ],
      lines: [],
    });
  });

  test('under an allocator that is an instrument, too', () => {
    expect(renderRecommendation(variants(800, 300, { allocator: 'mmap' })).sentences[0]).toMatch(/^Recommendation: new\./);
  });

  test('no word of a configuration: each is named with its command, and with its JDK where they differ', () => {
    const table = reporters.table(variants(800, 300), { ...plainText, width: 200 });
    expect(table.split('\n')[0]).toBe(
      "old: java -jar 'app 1.4.jar'; new: java -jar app-1.5.jar, load wrk -d1s, settled for 5.0 s; JDK 17.0.15, glibc 2.36, Linux 6.1.0, 2 CPUs",
    );
    expect(table).toContain('variant');
    expect(table).not.toContain('configuration');
    expect(reporters.markdown(variants(800, 300, { jdks: ['17', '25'] })).split('\n')[0]).toBe(
      "old: java -jar 'app 1.4.jar' (JDK 17); new: java -jar app-1.5.jar (JDK 25), load wrk -d1s, settled for 5.0 s; glibc 2.36, Linux 6.1.0, 2 CPUs",
    );
    const html = reporters.html(variants(800, 1000), { ...plainText, assets: () => ({ script: '', style: '', licences: '' }) });
    expect(html).toContain('<title>Memory of 2 variants');
    expect(html).toContain('no variant saves enough against old');
    expect(html).not.toContain('<th scope="col">configuration</th>');
  });
});
