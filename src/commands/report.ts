import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { missing } from './run/missing-target.ts';

const stdout = '-';

interface ReportOptions {
  output: string;
}

export const reportCommand: CommandDefinition = {
  name: 'report',
  group: 'show',
  summary: 'make one HTML file of a result, to be read offline and shared',
  description:
    'Reads a result that was written with --format=json, or a raw result, and writes it as one HTML file that needs nothing else: ' +
    'figures, RSS and live bytes over time, what RSS is made of, provenance, and the raw data to download.',
  manual: {
    examples: ['offheap report result.json', 'offheap repro --format=json | offheap report /dev/stdin --output=- > report.html'],
    exit: [exits.ok, exits.failed, exits.usage],
    seeAlso: ['offheap repro', 'offheap doctor --format=html', 'docs/report.md'],
  },
  configure: (command) =>
    command
      .argument('[result]', 'a result file of offheap')
      .option('--output <file>', 'the file to write; - is stdout', 'report.html')
      .action(runReport),
};

async function runReport(input: string | undefined, { output }: ReportOptions): Promise<void> {
  if (input === undefined)
    throw missing(
      'a result of offheap',
      'Make one: offheap repro --format=json --output=result.json, then: offheap report result.json',
    );
  const file = output === stdout ? undefined : output;
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(file);
  const { readJson, renderReport } = await import('./run/html-report.ts');
  await writeOutput(renderReport(await readJson(input), input), file);
  if (file !== undefined) process.stderr.write(`report: ${file}\n`);
}
