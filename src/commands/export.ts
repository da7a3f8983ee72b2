import { once } from 'node:events';
import type { Command } from 'commander';
import type { ExporterOptions } from '../exporter/exporter.ts';
import { OffheapError } from '../model/errors.ts';
import type { TendEvent } from '../model/tend.ts';
import { parseDuration, parseDurationWithin, parseInteger, parsePercent, quote } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { formerOption } from './options/print-options.ts';
import { addTendOptions, parseTendRules, requireTend, type TendRuleOptions } from './options/tend-options.ts';
import { setFlagsForLongRun } from './run/long-running.ts';

interface ExportOptions extends TendRuleOptions {
  host: string;
  port: string;
  allowHost: string[];
  select: string;
  interval: string;
  attach: boolean;
  attachInterval: string;
  cpu: string;
  budget: string;
  maxProcesses: string;
  top: string;
  keepLooks?: string;
  owners?: string;
  tend?: boolean;
  threads?: string;
  quiet?: boolean;
}

const discoverMs = 5000;
const largestPort = 65_535;
const mostProcesses = 1000;
const mostThreads = 100;
const ownersBounds = { min: '10s', max: '24h' };

export const exportCommand: CommandDefinition = {
  name: 'export',
  group: 'look',
  summary: 'serve the figures of all JVMs of this host to Prometheus',
  description:
    'Serves /metrics over HTTP, for Prometheus or OpenMetrics: RSS by part, what glibc holds, what a trim would give back, zlib states, NMT, cgroup. ' +
    'It looks at processes in the background, one after the other, within a bound of processor time. A scrape takes what was found last.',
  manual: {
    note: 'Ends on SIGTERM or Ctrl-C, and with the npx or npm that started it.',
    examples: [
      'offheap export',
      'offheap export --host=0.0.0.0 --select="java|python" --interval=1m',
      'offheap export --owners=10m',
    ],
    exit: ['0    it was ended by a signal', exits.failed, exits.usage],
    files: ['/proc/PID/…              as the doctor', 'FOLDER/looks-*           what --keep-looks keeps'],
    seeAlso: ['offheap owners', 'docs/export.md', 'docs/fleet.md'],
  },
  configure: (command) => {
    command
      .option('--host <address>', 'listen on this address; there is no password', '127.0.0.1')
      .option('--port <n>', 'listen on this port; 0: any free one', '9967')
      .addOption(
        moreOption(
          '--allow-host <names...>',
          'answer to these host names, beside addresses, localhost and the name of this host',
        ).default([]),
      )
      .option('--select <what>', 'export JVMs (java), or processes whose command line matches a REGEX', 'java')
      .option('--interval <duration>', 'least time between two looks at a process', '30s')
      .addOption(moreOption('--attach-interval <duration>', 'time between two questions to a JVM about NMT', '10m'))
      .option('--no-attach', 'never ask a JVM anything: no native RSS, no NMT')
      .option('--cpu <percent>', 'processor time, in percent of one core; where it does not suffice, looks get rarer', '1')
      .addOption(
        moreOption('--budget <duration>', 'time for reading processes at a scrape; the rest is skipped and counted', '100ms'),
      )
      .addOption(moreOption('--max-processes <n>', 'export at most n processes, those with the largest RSS', '200'))
      .addOption(moreOption('--top <n>', 'name n groups of threads of a process behind libmeter.so', '10'))
      .option('--keep-looks <folder>', 'write what is seen of each process into this folder, where it outlives the process')
      .option(
        '--owners <duration>',
        'also tell who owns the blocks of malloc, with at least this time between two looks, such as 10m',
      )
      .option('--tend', 'also have processes give back what their allocators keep idle, as offheap tend does')
      .addOption(formerOption('--threads <n>'))
      .option('-q, --quiet', 'print nothing on stderr')
      .action(runExport);
    addTendOptions(command, { areMore: true });
  },
};

async function runExport(options: ExportOptions, command: Command): Promise<void> {
  if (options.tend !== true) requireTend(command);
  setFlagsForLongRun();
  const request = { ...(await parseExporterOptions(options)), ...(await parseTend(options)) };
  const { parentEnd } = await import('./run/parent-end.ts');
  // From now on: whoever has read the address may kill the one that started it.
  const orphaned = parentEnd();
  const { startExporter } = await import('../exporter/exporter.ts');
  const exporter = await startExporter(request);
  if (options.quiet !== true) process.stderr.write(`offheap export: ${exporter.url}\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), orphaned]);
  await exporter.close();
}

async function parseExporterOptions(options: ExportOptions): Promise<ExporterOptions> {
  const { parseSelection } = await import('../exporter/select.ts');
  return {
    host: options.host,
    port: parseInteger(options.port, '--port', { min: 0, max: largestPort }),
    allowedHosts: options.allowHost.map((name) => name.toLowerCase()),
    selection: parseSelection(options.select),
    maxProcesses: parseInteger(options.maxProcesses, '--max-processes', { min: 1, max: mostProcesses }),
    topThreads: parseInteger(options.threads ?? options.top, '--top', { min: 0, max: mostThreads }),
    intervalMs: parsePositiveDuration(options.interval, '--interval'),
    discoverMs,
    attachIntervalMs: options.attach ? parsePositiveDuration(options.attachInterval, '--attach-interval') : undefined,
    cpuShare: parsePercent(options.cpu, '--cpu', { most: 100 }),
    scrapeBudgetMs: parsePositiveDuration(options.budget, '--budget'),
    ...(options.owners === undefined ? {} : { ownersIntervalMs: parseDurationWithin(options.owners, '--owners', ownersBounds) }),
    ...(options.keepLooks === undefined ? {} : { keepLooks: options.keepLooks }),
  };
}

async function parseTend(options: ExportOptions): Promise<Pick<ExporterOptions, 'tend'>> {
  if (options.tend !== true) return {};
  if (!options.attach)
    throw new OffheapError(
      'USAGE',
      'Expected one of --tend and --no-attach, got both: a trim is told to a JVM by attaching to it.',
    );
  const rules = parseTendRules(options, parsePositiveDuration(options.interval, '--interval'));
  const { tendLine } = await import('../reporters/tend-lines.ts');
  const hear = (event: TendEvent) => void (options.quiet === true || process.stderr.write(`${tendLine(event)}\n`));
  return { tend: { ...rules, hear } };
}

function parsePositiveDuration(text: string, option: string): number {
  const ms = parseDuration(text, option);
  if (ms > 0) return ms;
  throw new OffheapError('USAGE', `Expected ${option} to be longer than nothing, got ${quote(text)}.`);
}
