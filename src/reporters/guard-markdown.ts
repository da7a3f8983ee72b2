import { markdownTable } from 'markdown-table';
import type { GuardReport } from '../model/guard.ts';
import { printableValues } from '../model/printable.ts';
import { describeBaseline, judgedLines } from './guard.ts';
import { escapeCell } from './markdown.ts';
import { noticeSentences } from './notices.ts';

/** For the summary of a job in CI: a row for each bound, and for each quantity that is compared. */
export function renderGuardMarkdown(report: GuardReport): string {
  const {
    configuration,
    command,
    state,
    reason,
    verdicts,
    regressions = [],
    repeats,
    baseline,
    notices = [],
  } = printableValues(report);
  const runs = repeats === undefined ? '' : `, ${repeats} runs`;
  const parts = [...noticeSentences(notices), `\`${command.join(' ').replaceAll('`', "'")}\` on ${configuration}${runs}`];
  if (baseline)
    parts.push(
      describeBaseline(baseline)
        .map((line) => `- ${line}`)
        .join('\n'),
    );
  if (state === 'ok') {
    const rows = judgedLines(verdicts, regressions).map((line) => [
      line.state === 'kept' ? 'kept' : `**${line.state}**`,
      escapeCell(line.text),
    ]);
    parts.push(markdownTable([['state', 'verdict'], ...rows]));
  } else parts.push(`**${state}**. ${reason ?? ''}`);
  return `${parts.join('\n\n')}\n`;
}
