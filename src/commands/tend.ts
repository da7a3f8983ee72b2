import { once } from 'node:events';
import { Option } from 'commander';
import { parseDurationWithin, parsePercent } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { addTendOptions, parseTendRules, type TendRuleOptions } from './options/tend-options.ts';
import { setFlagsForLongRun } from './run/long-running.ts';

interface TendCommandOptions extends TendRuleOptions {
  select: string;
  every: string;
  cpu: string;
  format: 'text' | 'json';
  quiet?: boolean;
}

const everyBounds = { min: '1s', max: '24h' };

export const tendCommand: CommandDefinition = {
  name: 'tend',
  group: 'look',
  summary: 'have idle JVMs give memory back, again and again, when it is worth it',
  description:
    'Looks at JVMs in the background, as offheap export does. One that keeps much idle memory for long, while it has little to do, gives it back as by offheap trim. ' +
    'It happens to one JVM at a time, and ever more seldom where it was for nothing. Prints a line for each act.',
  manual: {
    note: 'OFFHEAP_TEND=off in the environment of a process keeps it away. Ends on SIGTERM or Ctrl-C.',
    examples: [
      'offheap tend --dry-run',
      "offheap tend --select='-jar orders' --above=256MB",
      'offheap tend --load-agent --format=json',
    ],
    exit: ['0    it was ended by a signal', exits.failed, exits.usage],
    files: ['/proc/PID/…              as the exporter', '/tmp/offheap-stacks-*    as offheap trim, with --load-agent'],
    seeAlso: ['offheap trim', 'offheap export --tend', 'docs/trim.md', 'docs/fleet.md'],
  },
  configure: (command) => {
    command
      .option('--select <what>', 'tend JVMs (java), or those whose command line matches a REGEX', 'java')
      .option('--every <duration>', 'least time between two looks at a process, and between two trims', '1m');
    addTendOptions(command, { areMore: false });
    command
      .option('--cpu <percent>', 'processor time, in percent of one core; where it does not suffice, looks get rarer', '1')
      .addOption(new Option('-f, --format <format>', 'how to print what was done').choices(['text', 'json']).default('text'))
      .option('-q, --quiet', 'print nothing on stderr')
      .action(runTend);
  },
};

async function runTend(options: TendCommandOptions): Promise<void> {
  setFlagsForLongRun();
  const everyMs = parseDurationWithin(options.every, '--every', everyBounds);
  const rules = parseTendRules(options, everyMs);
  const cpuShare = parsePercent(options.cpu, '--cpu', { most: 100 });
  const { parseSelection } = await import('../exporter/select.ts');
  const selection = parseSelection(options.select);
  const { parentEnd } = await import('./run/parent-end.ts');
  const orphaned = parentEnd();
  const { startTending } = await import('./run/run-tend.ts');
  const tending = startTending({ ...rules, selection, cpuShare }, options);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), orphaned]);
  await tending.close();
}
