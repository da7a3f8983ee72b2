import type { BoundVerdict, GuardReport } from '../model/guard.ts';
import { printable } from '../model/printable.ts';
import { describeBound, describeEnd, describeVerdict } from './guard.ts';

/** JUnit's XML, as CI servers read it: a test case per bound; one more that is in error when the program could not be measured. */
export function renderJunit({ configuration, verdicts, ...report }: GuardReport): string {
  const { state } = report;
  const cases = state === 'ok' ? verdicts.map(toCase) : [errorCase(describeEnd(report))];
  const count = (verdictState: BoundVerdict['state']) =>
    state === 'ok' ? verdicts.filter((verdict) => verdict.state === verdictState).length : 0;
  const errors = state === 'ok' ? count('unknown') : 1;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="offheap guard ${escapeXml(configuration)}" tests="${cases.length}" failures="${count('broken')}" errors="${errors}">`,
    ...cases,
    '</testsuite></testsuites>\n',
  ].join('\n');
}

function toCase(verdict: BoundVerdict): string {
  const open = `<testcase classname="offheap.guard" name="${escapeXml(describeBound(verdict.bound))}">`;
  const message = escapeXml(describeVerdict(verdict));
  const body = { kept: '', broken: `<failure message="${message}"/>`, unknown: `<error message="${message}"/>` }[verdict.state];
  return `${open}${body}</testcase>`;
}

function errorCase(message: string): string {
  return `<testcase classname="offheap.guard" name="the program is measured"><error message="${escapeXml(message)}"/></testcase>`;
}

/** Two characters that can be printed are not allowed in XML 1.0. */
function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return printable(text)
    .replaceAll(/[\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"']/g, (sign) => names[sign] ?? sign);
}
