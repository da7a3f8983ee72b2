import { markdownTable } from 'markdown-table';
import { isGreen } from './try-row.mjs';

/** A row a fresh machine, in Markdown, from the results by name. */
export function renderTable(results) {
  const header = ['machine', 'Node', 'as', 'in', 'command', 'set-up', 'whole', 'tests', 'set up again', 'commit', 'on', ''];
  return markdownTable([header, ...Object.values(results).flatMap(linesOf)]);
}

function linesOf(result) {
  const { title, node, user, folder, at, commit, steps, error } = result;
  const common = [title, node.replace(/^v/, ''), user, folder === undefined ? 'an empty folder' : `\`${folder}\``];
  if (error !== undefined) return [[...common, error, '', '', '', '', commit, at, '✗']];
  return steps.map((step) => [
    ...common,
    `\`${step.command.replaceAll('|', '\\|')}\``,
    step.setupSeconds ? seconds(step.setupSeconds) : '',
    seconds(step.seconds),
    testsOf(step),
    step.silentAgain === undefined ? '' : step.silentAgain ? 'nothing' : 'something',
    commit,
    at,
    isGreen({ steps: [step] }) ? '✓' : `✗ (status ${step.status ?? 'none in time'})`,
  ]);
}

function testsOf({ tests }) {
  return tests === undefined ? '' : `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`;
}

const seconds = (value) => (value < 90 ? `${Math.round(value)} s` : `${(value / 60).toFixed(1)} min`);
