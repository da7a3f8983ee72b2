import type { AppliedFix, DoctorResult, Finding } from '../model/doctor.ts';
import { containerTable } from './container-table.ts';
import { describePatient, renderAccount } from './doctor-head.ts';
import { blindLines, describeApplied, nextCommands, remainingFixes, stackParagraphs } from './doctor-lines.ts';
import { changesTable, classTable, describeZlibObjects, peekTable } from './doctor-more-tables.ts';
import { mallocTable, regionTable } from './doctor-tables.ts';
import { fixLines, indented, titled } from './fix-lines.ts';
import { growthTable } from './growth-table.ts';
import { type Paint, paintOf } from './paint.ts';
import type { TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

/** For a person at a terminal: who it is, where its RSS is, the verdict and what to do first; then the rest. */
export function renderDoctorTable(result: DoctorResult, options: TerminalOptions): string {
  const { width, verbose = false } = options;
  const paint = paintOf(options);
  const { evidence, findings, verdict, applied } = result;
  const detail = { verbose };
  const container = containerTable(evidence, detail);
  const tables = [
    growthTable(evidence),
    regionTable(evidence, detail),
    mallocTable(evidence, detail),
    classTable(evidence, detail),
    peekTable(result),
  ];
  const hasSettings = findings.some(({ fixes }) => fixes.some(({ environment, jvmFlags }) => environment ?? jvmFlags));
  const parts = [
    wrap(describePatient(result), width),
    renderAccount(evidence, options),
    paint('bold', wrap(verdict, width)),
    ...(container ? [drawTable(container, options)] : []),
    ...applied.flatMap((fix) => renderApplied(fix, options)),
    ...findings.map((finding) => renderFinding(finding, result, options, paint)),
    ...tables.filter((table) => table !== undefined).map((table) => drawTable(table, options)),
    ...describeZlibObjects(evidence).map((line) => wrap(line, width)),
    ...stackParagraphs(result),
    ...titled('Not looked at:', blindLines(result), width),
    ...titled('Next:', nextCommands(result), width),
    ...(verbose ? [] : [wrap(describeVerbose(hasSettings), width)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderApplied(fix: AppliedFix, options: TerminalOptions): string[] {
  const table = changesTable(fix);
  const lines = [describeApplied(fix), ...fix.reasons].map((line) => wrap(line, options.width));
  return [lines.join('\n'), ...(table ? [drawTable(table, options)] : [])];
}

function describeVerbose(hasSettings: boolean): string {
  const lines = hasSettings ? ', and each setting as a line for Dockerfile, Kubernetes and systemd' : '';
  return `--verbose shows every part${lines}.`;
}

function renderFinding(finding: Finding, result: DoctorResult, { width, verbose = false }: TerminalOptions, paint: Paint): string {
  const { code, severity, summary } = finding;
  const mark = severity === 'problem' ? paint(['red', 'bold'], 'problem') : paint('yellow', 'notice');
  // The verdict is about the first finding, and has said it after what an experiment has shown.
  const isSaid = finding === result.findings[0] && result.verdict.includes(summary);
  const lines = [`${mark} ${paint('bold', code)}`, ...(isSaid ? [] : indented(summary, width))];
  lines.push(...fixLines(remainingFixes(finding, result), { width, verbose }, paint));
  return lines.join('\n');
}
