import { markdownTable } from 'markdown-table';
import { writePart } from '../../scripts/lib/doc-part.mjs';
import { formatMiB } from '../../src/model/units.ts';
import { verdicts } from '../../test/corpus/judge.ts';

import { type CaseResult, type Pass, readAll } from './results.ts';
import { type Cure, outcomes } from './trial.ts';

/** The tables of docs/accuracy.md, from bench/results/corpus.json. */
export function writeCorpusPage(): void {
  const all = readAll();
  if (all === undefined) return;
  const { machine, results } = all;
  const judged = results.filter(({ verdict }) => verdict !== undefined);
  const others = results.filter(({ verdict }) => verdict === undefined);
  const days = [...new Set(results.map(({ takenAt }) => takenAt.slice(0, 10)))].sort();
  const period = days.length > 1 ? `${days[0]} to ${days.at(-1)}` : days[0];
  const parts = [
    `${machine.cpus} × ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}, ${period}. ${judged.length} programs.`,
    confusionTable(judged),
    'What the first cure did:',
    cureTable(judged),
    'Each program:',
    programTable(judged),
    ...others.map(({ name, skipped, failed }) => `No verdict: ${name}, ${skipped ?? failed}.`),
  ];
  writePart('corpus', parts.join('\n\n'), 'accuracy.md');
}

function confusionTable(results: readonly CaseResult[]): string {
  const count = (healthy: boolean, verdict: string) =>
    String(results.filter(({ isHealthy, verdict: found }) => isHealthy === healthy && found === verdict).length);
  const row = (title: string, healthy: boolean) => [
    title,
    String(results.filter(({ isHealthy }) => isHealthy === healthy).length),
    ...verdicts.map((verdict) => count(healthy, verdict)),
  ];
  return table(['', 'programs', ...verdicts], [row('with a cause', false), row('healthy', true)]);
}

function cureTable(results: readonly CaseResult[]): string {
  const count = (outcome: string) => String(results.filter(({ cure }) => cure?.outcome === outcome).length);
  return table(
    ['', ...outcomes, 'none'],
    [['programs', ...outcomes.map(count), String(results.filter(({ cure }) => !cure).length)]],
  );
}

function programTable(results: readonly CaseResult[]): string {
  const rows = results.map(({ name, verdict = '', passes, cure }) => {
    const telling = passes.find((pass) => pass.verdict === verdict) ?? passes[0];
    return [name, verdict, describeFound(telling), describeError(telling), cure ? describeCure(cure) : '–'];
  });
  return table(['program', 'verdict', 'found', 'error', 'first cure, and what it did'], rows, ['l', 'l', 'l', 'r', 'l']);
}

function describeFound(pass: Pass | undefined): string {
  const codes = pass?.findings.map(({ code }) => code).join(', ');
  return codes === '' || codes === undefined ? 'nothing' : codes;
}

function describeError(pass: Pass | undefined): string {
  if (pass?.numberError === undefined) return '–';
  return `${pass.numberError > 0 ? '+' : ''}${(100 * pass.numberError).toFixed(1)} %`;
}

function describeCure({ applied, action, outcome, because, rssBeforeBytes, rssAfterBytes }: Cure): string {
  const what = applied === undefined ? action : `\`${ofAnyMachine(applied)}\``;
  const figures =
    rssBeforeBytes === undefined || rssAfterBytes === undefined
      ? ''
      : `, RSS ${formatMiB(rssBeforeBytes)} → ${formatMiB(rssAfterBytes)} MiB`;
  return `${what}: ${outcome}${because === undefined ? '' : ` (${because})`}${figures}`.replaceAll('|', '\\|');
}

/** Without what is of one run: the pid, and where this checkout lies. */
const ofAnyMachine = (command: string) =>
  command
    .replace(/(?<= )\d{2,7}(?= |$)/, 'PID')
    .replaceAll(/[^\s=:]*\/(?=build\/Release\/)/g, '')
    .replaceAll('\n', ' ');

const table = (head: string[], rows: string[][], align?: string[]) =>
  markdownTable([head, ...rows], { align: align ?? ['l', ...head.slice(1).map(() => 'r')] });
