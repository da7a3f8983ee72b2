import type { GuardReport, Regression } from '../model/guard.ts';
import { printable } from '../model/printable.ts';
import { describeBound, describeEnd, describeLimit, describeRegression, describeVerdict } from './guard.ts';

/** JUnit's XML, as CI servers read it: a test case per bound and per quantity that is compared with a baseline; one that is in error when the program could not be measured. */
export function renderJunit({ configuration, verdicts, regressions = [], ...report }: GuardReport): string {
  const { state } = report;
  const judged: Judged[] = [
    ...verdicts.map((verdict) => ({ name: describeBound(verdict.bound), state: verdict.state, message: describeVerdict(verdict) })),
    ...regressions.map((regression) => ({
      name: describeLimit(regression),
      state: regression.state,
      message: describeRegression(regression),
    })),
  ];
  const cases = state === 'ok' ? judged.map(toCase) : [errorCase(describeEnd(report))];
  const count = (...states: Regression['state'][]) =>
    state === 'ok' ? judged.filter((one) => states.includes(one.state)).length : 0;
  const errors = state === 'ok' ? count('unknown', 'undecided') : 1;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="offheap guard ${escapeXml(configuration)}" tests="${cases.length}" failures="${count('broken')}" errors="${errors}">`,
    ...cases,
    '</testsuite></testsuites>\n',
  ].join('\n');
}

interface Judged {
  name: string;
  state: Regression['state'];
  message: string;
}

function toCase({ name, state, message: text }: Judged): string {
  const open = `<testcase classname="offheap.guard" name="${escapeXml(name)}">`;
  const message = escapeXml(text);
  const error = `<error message="${message}"/>`;
  const body = { kept: '', broken: `<failure message="${message}"/>`, unknown: error, undecided: error }[state];
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
