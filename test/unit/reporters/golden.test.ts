import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { toResult } from '../../../src/doctor/examine.ts';
import type { SurveyResult } from '../../../src/model/survey.ts';
import { toAscii } from '../../../src/reporters/ascii.ts';
import { doctorReporters } from '../../../src/reporters/doctor.ts';
import type { TerminalOptions } from '../../../src/reporters/render-options.ts';
import { renderSurvey } from '../../../src/reporters/survey-table.ts';
import { renderTable } from '../../../src/reporters/table.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';
import { crowdedPod } from '../../fixtures/container.ts';
import { arenasOf, evidenceOf, figures, mallocOf, mib, regionsOf } from '../../fixtures/evidence.ts';

const patient = evidenceOf({
  rssBytes: mib(1409),
  regions: regionsOf({
    ...{ 'java heap': 613, 'glibc arenas': 523, 'glibc main': 41, metaspace: 127, libraries: 37, 'code cache': 47 },
    ...{ 'thread stacks': 11, gc: 7, 'mapped files': 3 },
  }),
  cgroup: crowdedPod,
  malloc: mallocOf(figures(193, { pageBytes: 283, mainTopBytes: 17, arenaTopBytes: 67, subPageBytes: 4 }), {
    arenas: arenasOf(29, { pageBytes: 9, arenaTopBytes: 2 }),
    census: { inflaters: 1009, inflaterWindows: 997, deflaters: 3, bytes: mib(41) },
  }),
  unknown: [{ instrument: 'nmt', code: 'switched-off' }],
});

const fleet: SurveyResult = {
  schemaVersion: 1,
  tool: { name: 'offheap', version: '0.0.0' },
  takenAt: '2026-01-02T03:04:05.000Z',
  processes: [
    {
      ...{ pid: 4711, name: 'orders-service-2.31.0-SNAPSHOT.jar', rssBytes: mib(1409), limitBytes: mib(1531) },
      ...{ javaHeapRssBytes: mib(613), uptimeMs: 277_200_000, verdict: 'near-limit', summary: 'It is near its limit.' },
    },
    {
      ...{ pid: 89, name: 'org.apache.kafka.Kafka', rssBytes: mib(887), javaHeapRssBytes: mib(601), uptimeMs: 61_000 },
      ...{ verdict: 'ok', summary: 'Nothing wrong.', mallocReadShare: 0.9789 },
    },
  ],
  refused: [
    { pid: 5, name: 'agent.jar', reason: 'Expected to be allowed to read the memory of process 5, but it is of another user.' },
  ],
};

const cells = [
  cellOf({
    burstMs: 1234,
    wallMs: 9000,
    phases: phasesOf({ baseline: [449, 3], loaded: [925, 1237], collected: [872, 17], settled: [867, 17], trimmed: [459, 17] }),
  }),
  cellOf({
    ...{ configuration: 'tcmalloc-decommit', allocator: 'tcmalloc', burstMs: 1345 },
    phases: phasesOf({ baseline: [454, 3], loaded: [915, 1237], collected: [467, 16], settled: [461, 16] }),
  }),
];

const outputs: Record<string, (options: TerminalOptions) => string> = {
  doctor: (options) => doctorReporters.table(toResult(patient, 120), options),
  'doctor-verbose': (options) => doctorReporters.table(toResult(patient, 120), { ...options, verbose: true }),
  'doctor-list': (options) => renderSurvey(fleet, 'JVM', options),
  compare: (options) => renderTable(resultOf(cells), options),
};

/** Lines to be copied are as long as they are. */
const isPasted = (line: string) => /^ {4}(run|JVM flags|environment|Dockerfile|Kubernetes|systemd) /.test(line);

describe.each(Object.entries(outputs))('%s', (name, render) => {
  test.each([60, 80, 120])('in %d columns', async (width) => {
    const text = render({ color: false, width, tableWidth: width });
    await expect(text).toMatchFileSnapshot(`golden/${name}-${width}.txt`);
    const tooWide = text.split('\n').filter((line) => stringWidth(line) > width && !isPasted(line));
    expect(tooWide).toEqual([]);
  });

  test('in ASCII', async () => {
    const text = toAscii(render({ color: false, width: 80, tableWidth: 80 }));
    await expect(text).toMatchFileSnapshot(`golden/${name}-ascii.txt`);
    expect(text).toMatch(/^[\n -~]*$/);
    // A question mark stands for what has no substitute: there is none in what is ours.
    expect(text).not.toContain('?'.repeat(2));
  });
});
