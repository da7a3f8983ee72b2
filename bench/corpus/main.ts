// npm run corpus [-- --only=TEXT --jdk=17,25 --resume --report]: runs programs whose memory is known, judges what the doctor says of each, and applies its
// first cure. Writes bench/results/corpus.json after each program, and the tables of docs/accuracy.md; --only runs those whose name has TEXT and keeps the
// results of the others (it may be given more than once), --resume those that have no
// verdict, --report none.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isPlain, plainPath } from '../../src/process/plain-path.ts';
import { cases } from '../../test/corpus/cases.ts';
import { compileCorpus } from '../../test/corpus/compile.ts';
import { compileMore, fetchLibraries } from '../../test/corpus/libraries.ts';
import { writeCorpusPage } from './page.ts';
import { findJdks, plan } from './plan.ts';
import { keepResultsOf, readResults, writeResult } from './results.ts';
import { runCase } from './run-case.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    jdk: { type: 'string' },
    resume: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
  },
});
if (!values.report) await runCorpus();
writeCorpusPage();

async function runCorpus(): Promise<void> {
  const links = mkdtempSync(join(isPlain(tmpdir()) ? tmpdir() : '/tmp', 'offheap-corpus-'));
  try {
    const jdks = findJdks();
    compileCorpus();
    await fetchLibraries();
    compileMore(jdks.get(25));
    keepResultsOf(plan(cases, jdks, { only: [''], features: undefined }).map(({ run }) => run.name));
    const judged = readResults().filter(({ verdict }) => verdict !== undefined);
    const done = new Set(values.resume ? judged.map(({ name }) => name) : []);
    const planned = plan(cases, jdks, { only: values.only, features: values.jdk?.split(',').map(Number) });
    const missing = planned.filter(({ run }) => !done.has(run.name));
    for (const [index, one] of missing.entries()) {
      process.stderr.write(`corpus: ${index + 1} of ${missing.length}, ${one.run.name} …`);
      const result = await runCase(one, (path) => (isPlain(path) ? path : plainPath(path, links)));
      process.stderr.write(
        ` ${result.verdict ?? result.skipped ?? result.failed}${result.cure ? `; ${result.cure.outcome}` : ''}\n`,
      );
      writeResult(result);
    }
  } finally {
    rmSync(links, { recursive: true });
  }
}
