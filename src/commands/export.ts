import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import type { ExporterOptions } from '../exporter/exporter.ts';
import { OffheapError } from '../model/errors.ts';
import { parseDuration, parseInteger, quote } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';

interface ExportOptions {
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
  threads: string;
  quiet?: boolean;
}

const discoverMs = 5000;
const largestPort = 65_535;
const mostProcesses = 1000;
const mostThreads = 100;

export const exportCommand: CommandDefinition = {
  name: 'export',
  group: 'look',
  summary: 'serve the figures of all JVMs of this host to Prometheus',
  description:
    'Serves /metrics over HTTP, for Prometheus or OpenMetrics: RSS by part, what glibc holds and what a trim would give back, zlib states, NMT, cgroup. ' +
    'Processes are looked at in the background, one after the other, within a bound of processor time; a scrape takes what was found last.',
  manual: {
    note: 'Ends on SIGTERM or Ctrl-C.',
    examples: ['offheap export', 'offheap export --host=0.0.0.0 --select="java|python" --interval=1m'],
    exit: ['0    it was ended by a signal', exits.failed, exits.usage],
    files: ['/proc/PID/…              as the doctor'],
    seeAlso: ['docs/export.md', 'docs/fleet.md'],
  },
  configure: (command) =>
    command
      .option('--host <address>', 'address to listen on; there is no password', '127.0.0.1')
      .option('--port <n>', 'port to listen on; 0: any that is free', '9967')
      .option('--allow-host <names...>', 'names that it may be asked by, beside addresses, localhost and the name of this host', [])
      .option('--select <what>', 'java, or a regular expression that command lines have to match', 'java')
      .option('--interval <duration>', 'time between two looks at a process, at least', '30s')
      .option('--attach-interval <duration>', 'time between two questions to a JVM for its NMT', '10m')
      .option('--no-attach', 'never ask a JVM anything: no native RSS, no NMT')
      .option('--cpu <percent>', 'processor time for looking, of one core; where it does not suffice looks are rarer', '1')
      .option('--budget <duration>', 'time for reading processes at a scrape; those left then are skipped, and counted', '100ms')
      .option('--max-processes <n>', 'export so many processes, those with the largest RSS', '200')
      .option('--threads <n>', 'of a process behind libmeter.so, name so many groups of threads', '10')
      .option('--quiet', 'nothing on stderr')
      .action(runExport),
};

async function runExport(options: ExportOptions): Promise<void> {
  // Collect rather than grow: a look leaves some hundred KiB of text behind. Saves 10 MiB of RSS.
  setFlagsFromString('--optimize-for-size');
  const request = await parseExporterOptions(options);
  const { startExporter } = await import('../exporter/exporter.ts');
  const exporter = await startExporter(request);
  if (options.quiet !== true) process.stderr.write(`offheap export: ${exporter.url}\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
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
    topThreads: parseInteger(options.threads, '--threads', { min: 0, max: mostThreads }),
    intervalMs: parsePositiveDuration(options.interval, '--interval'),
    discoverMs,
    attachIntervalMs: options.attach ? parsePositiveDuration(options.attachInterval, '--attach-interval') : undefined,
    cpuShare: parseShare(options.cpu),
    scrapeBudgetMs: parsePositiveDuration(options.budget, '--budget'),
  };
}

function parsePositiveDuration(text: string, option: string): number {
  const ms = parseDuration(text, option);
  if (ms > 0) return ms;
  throw new OffheapError('USAGE', `Expected ${option} to be longer than nothing, got ${quote(text)}.`);
}

function parseShare(text: string): number {
  const percent = Number(text);
  if (percent > 0 && percent <= 100) return percent / 100;
  throw new OffheapError('USAGE', `Expected --cpu to be a percentage over 0 and up to 100, got ${quote(text)}.`);
}
