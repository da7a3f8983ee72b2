import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { judgeHsErr } from '../../src/doctor/dead/judge-hs-err.ts';
import { judgeJfr } from '../../src/doctor/dead/judge-jfr.ts';
import { deadResult } from '../../src/model/dead.ts';
import { readHsErr } from '../../src/observe/dead/hs-err.ts';
import { recognise } from '../../src/observe/dead/recognise.ts';
import { parseJfrEvents } from '../../src/parse/jfr-events.ts';
import { deadReporters } from '../../src/reporters/dead.ts';
import { Recording } from '../../src/stats/recording.ts';
import { damagedText } from './damaged.ts';
import { fuzz } from './fuzz.ts';

const folder = new URL('../fixtures/dead/', import.meta.url);
const textsOf = (end: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const reports = textsOf('.log');
const recordings = textsOf('.json');

const assets = { script: '', style: '', licences: '' };
const options = { color: false, width: 100, tableWidth: 100, verbose: true, assets: () => assets };
const frame = { kind: 'after-death', schemaVersion: 1, tool: { name: 'offheap', version: '0' }, durationMs: 0 } as const;
/** As the doctor does, but for the file itself. */
const judges = {
  hs_err: async (text: string) => judgeHsErr(await readHsErr(text), { isWhole: false }),
  jfr: async (text: string) => {
    const recording = new Recording();
    for (const event of parseJfrEvents(text)) recording.take(event);
    return judgeJfr(recording, { isWhole: false });
  },
};
const mostMs = 10_000;

const input = fc.oneof(
  fc.record({ kind: fc.constant('hs_err' as const), text: damagedText(reports) }),
  fc.record({ kind: fc.constant('jfr' as const), text: damagedText(recordings) }),
  fc.record({ kind: fc.constantFrom('hs_err' as const, 'jfr' as const), text: fc.string({ unit: 'binary', maxLength: 2000 }) }),
);

// Whatever a file of a dead process holds: a result by the schema, in each format, and soon.
fuzz({ name: 'dead_file', runs: 300 }, input, async ({ kind, text }) => {
  const startedAt = performance.now();
  recognise(Buffer.from(text));
  const judged = await judges[kind](text);
  const result = deadResult.parse({ ...frame, source: { kind, path: 'file', bytes: text.length, isWhole: false }, ...judged });
  for (const report of Object.values(deadReporters)) expect(report(result, options)).not.toContain('[object');
  expect(performance.now() - startedAt).toBeLessThan(mostMs);
});
