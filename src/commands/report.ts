import { bytesPerMiB, parseByteSize } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { missing } from './run/missing-target.ts';

const stdout = '-';
/** What JavaScript holds in one text. */
const longestText = 511 * bytesPerMiB;

interface ReportOptions {
  output: string;
  maxSize: string;
  quiet?: boolean;
}

export const reportCommand: CommandDefinition = {
  name: 'report',
  group: 'show',
  summary: 'make one HTML file of a result, or of two looks, to be read offline and shared',
  description:
    'Reads a result that was written with --format=json, or a raw result. Writes one HTML file that needs nothing else: figures, RSS and live bytes over ' +
    'time, what RSS is made of, provenance, and the raw data to download. Of two results of the doctor, or of owners, it shows what changed.',
  manual: {
    examples: [
      'offheap report result.json',
      'offheap repro --format=json | offheap report /dev/stdin --output=- > report.html',
      'offheap report before.json after.json     # both of offheap doctor --format=json, or of owners',
    ],
    exit: [exits.ok, exits.failed, exits.usage],
    seeAlso: ['offheap repro', 'offheap doctor --format=html', 'offheap owners --format=html', 'docs/report.md'],
  },
  configure: (command) =>
    command
      .argument('[result]', 'a result file of offheap')
      .argument('[later-result]', 'a later result of the doctor, or of owners, to be compared with the first')
      .option('-o, --output <file>', 'write the page to this file; - is stdout', 'report.html')
      .option('-q, --quiet', 'do not tell which file was written')
      .option('--max-size <size>', 'refuse a longer file: its page would be as long', '64m')
      .action(runReport),
};

async function runReport(
  path: string | undefined,
  later: string | undefined,
  { output, maxSize, quiet }: ReportOptions,
): Promise<void> {
  if (path === undefined)
    throw missing(
      'a result of offheap',
      'Make one: offheap repro --format=json --output=result.json, then: offheap report result.json',
    );
  const maxBytes = Math.min(parseByteSize(maxSize, '--max-size'), longestText);
  const file = output === stdout ? undefined : output;
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(file);
  const page = await render(path, later, maxBytes);
  if (file === undefined) {
    process.stdout.write(page);
    return;
  }
  const { writeWhole } = await import('../process/whole-file.ts');
  await writeWhole(file, page);
  if (quiet !== true) process.stderr.write(`report: ${file}\n`);
}

async function render(path: string, later: string | undefined, maxBytes: number): Promise<string> {
  const { readJsonFile } = await import('../process/json-file.ts');
  const cure = 'Read it all the same: offheap report --max-size=512m';
  const read = async (path: string) => ({ path, json: await readJsonFile(path, { maxBytes, cure }) });
  const { renderComparison, renderReport } = await import('./run/html-report.ts');
  const result = await read(path);
  return later === undefined ? renderReport(result) : renderComparison(result, await read(later));
}
