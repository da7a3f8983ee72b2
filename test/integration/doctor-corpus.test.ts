import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makePatient } from '../../src/api/patient.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { lookFor } from '../../src/doctor/look-for.ts';
import type { Evidence } from '../../src/model/doctor.ts';
import { cases } from '../corpus/cases.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { judge } from '../corpus/judge.ts';
import { labels } from '../corpus/labels.ts';
import type { Run } from '../corpus/run.ts';
import { type Patient, startPatient } from '../corpus/start.ts';
import { whyNot } from '../corpus/why-not.ts';
import { plain } from '../fixtures/preload.ts';

/** What the parts may differ from RSS by, of it. They are taken from one reading, so it should be nothing. */
const tolerance = 0.001;

let patient: Patient | undefined;
beforeAll(compileCorpus);
afterEach(async () => {
  await patient?.stop();
  patient = undefined;
});

/** Once each: that it is right again and again is what `npm run corpus` looks for, which judges the same programs. */
describe('what it finds, and nothing else, in', () => {
  test.for(labels)('$name', async (label, { skip }) => {
    const reason = await whyNot(label);
    if (reason !== undefined) skip(reason);
    patient = await startPatient(label, plain);
    const evidence = await lookAt(patient.pid, label);
    const { findings } = diagnose(evidence);
    const codes = (severity: string) =>
      findings
        .filter((finding) => finding.severity === severity)
        .map(({ code }) => code)
        .sort();
    expect({ problems: codes('problem'), notices: codes('notice') }, describeEvidence(evidence)).toEqual({
      problems: [...label.problems].sort(),
      notices: [...label.notices].sort(),
    });
    const sum = evidence.regions.reduce((total, { rssBytes }) => total + rssBytes, 0);
    expect(Math.abs(sum - evidence.rssBytes) / evidence.rssBytes).toBeLessThan(tolerance);
  });
});

/** npm run corpus judges all of them, and applies the first cure of each. */
const quick = cases.filter(({ inSuite }) => inSuite);

test.for(quick)('it is right about $name', async (one, { skip }) => {
  const reason = await whyNot(one);
  if (reason !== undefined) skip(reason);
  patient = await startPatient(one, plain);
  const evidence = await lookAt(patient.pid, one);
  expect(judge(one.truth, patient.announced, diagnose(evidence).findings), describeEvidence(evidence)).toMatchObject({
    verdict: 'right',
  });
  expect(await patient.finish()).toBeUndefined();
});

function lookAt(pid: number, { forMs }: Run): Promise<Evidence> {
  return lookFor(makePatient(pid, { timeoutMs: 120_000, ownersBudgetMs: 60_000 }), forMs);
}

/** For whoever reads a failure. */
function describeEvidence({ regions, malloc, growth, counters, jvm, unknown, cgroup }: Evidence): string {
  const parts = Object.fromEntries(
    regions.filter(({ rssBytes }) => rssBytes > 0).map(({ kind, rssBytes }) => [kind, rssBytes >> 20]),
  );
  return JSON.stringify(
    {
      parts,
      totals: malloc?.totals,
      mmapped: malloc?.mmapped,
      census: malloc?.census,
      arenas: malloc?.arenas.length,
      growth,
      counters,
      gc: jvm?.gc,
      metaspace: jvm?.metaspace,
      direct: jvm?.directBuffers,
      cgroup,
      unknown,
    },
    undefined,
    1,
  );
}
