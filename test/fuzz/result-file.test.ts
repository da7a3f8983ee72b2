import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { renderReport } from '../../src/commands/run/html-report.ts';
import { OffheapError } from '../../src/model/errors.ts';
import { resultFile } from '../../src/model/result.ts';
import { reporters } from '../../src/reporters/reporter.ts';
import { cellOf, phasesOf, resultOf, timelineOf } from '../fixtures/cells.ts';
import { doctorResultOf } from '../fixtures/doctor.ts';
import { plainText } from '../fixtures/terminal.ts';
import { damagedJson } from './damaged.ts';
import { fuzz } from './fuzz.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/results', name), 'utf8'));
const phases = phasesOf({ baseline: [100, 20], loaded: [500, 300], settled: [400, 40] });
const cells = ['glibc', 'jemalloc'].map((configuration) =>
  cellOf({ configuration, phases, timeline: timelineOf([0, 1000, 2000], [100, 500, 400], [20, 300, 40]) }),
);
/** Of every version that is read. */
const documents = [read('version-1.json'), read('doctor-1.json'), resultOf(cells), JSON.parse(JSON.stringify(doctorResultOf()))];
const document = fc.oneof({ weight: 9, arbitrary: damagedJson(documents) }, { weight: 1, arbitrary: fc.jsonValue() });

// Any JSON: a page, or a sentence that says what is wrong with it. What is shown of it neither runs in a browser nor drives a terminal.
fuzz({ name: 'result_file', runs: 400 }, document, (json) => {
  try {
    const page = renderReport({ json, path: 'result.json' });
    expect(page).not.toMatch(/<script>alert|<img src=x|<\/script><script>/);
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    expect(error.code).toBe('INVALID_FILE');
    return;
  }
  const result = resultFile.safeParse(json);
  if (!result.success) return;
  for (const format of ['table', 'markdown', 'csv', 'json'] as const) {
    const shown = reporters[format](result.data, plainText);
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  }
});
