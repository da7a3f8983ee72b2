import { parseJemallocOptions } from '../parse/allocator-options.ts';
import type { RunnableAllocator } from './allocator.ts';
import { type Asking, askUnder, compareSettings, nothingRead, type ReadBack } from './asking.ts';
import type { Assignment, Setting } from './setting.ts';

const backgroundThread = option('background_thread');
const dirtyDecay = option('dirty_decay_ms');
const arenas = option('narenas');
/** A thread of its own, and a second. */
export const backgroundPurge: readonly Assignment[] = [
  [backgroundThread, 'true'],
  [dirtyDecay, '1000'],
];

export const jemalloc: RunnableAllocator = {
  // A build may have a prefix (--with-jemalloc-prefix).
  recognition: { file: /^libjemalloc[\w-]*\.so/, exports: /^(?:\w*_)?mallctlbymib$/, inProgram: '<jemalloc>' },
  // Its names have the prefix that the build has: _rjem_ that of Rust's crate.
  variables: /^(?:MALLOC_|_RJEM_|JE_MALLOC_)/,
  sight: { byInspector: false, byJvm: false, byAgent: true, liveBytes: 'meter' },
  origin: 'package',
  configurations: {
    jemalloc: { summary: 'as it comes: decay of 10 s, no background thread' },
    'jemalloc-bg': {
      assignments: backgroundPurge,
      summary: 'a thread of its own returns pages a second after they were freed',
    },
  },
  space: [
    [[], [[backgroundThread, 'true']]],
    [[], [[dirtyDecay, '1000']], [[dirtyDecay, '0']]],
    [[], [[arenas, '2']]],
  ],
  purge: () => ({
    action: 'Let a thread of jemalloc purge: without it only a thread that allocates does.',
    assignments: backgroundPurge,
    unless: [[backgroundThread, 'true']],
    reachesIdleThreads: true,
  }),
  freePages: { records: 'extents of arenas' },
  readBack: readOptions,
};

function option(name: string): Setting {
  return { name, equals: ':', variable: 'MALLOC_CONF', separator: ',' };
}

async function readOptions(asking: Asking): Promise<ReadBack> {
  const conf = asking.env['MALLOC_CONF'];
  if (conf === undefined) return nothingRead;
  const asked = await askUnder(asking, {
    ...asking.env,
    MALLOC_CONF: `${conf},stats_print:true,stats_print_opts:Jmdablxe`,
  });
  const reported = parseJemallocOptions(asked?.stderr ?? '');
  if (!reported) return nothingRead;
  const wanted = conf.split(',').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split(':');
    return [name, value.join(':')];
  });
  const { settings, problems } = compareSettings(wanted, (name, value) => {
    const effective = reported.options.get(name);
    // Some options are not listed; jemalloc complains of those that it does not know.
    if (effective === undefined || effective === value) return { effective };
    return { problem: `jemalloc runs with ${name}:${effective}, expected ${value}` };
  });
  return { settings, problems: [...reported.complaints.map((complaint) => `jemalloc says: ${complaint}`), ...problems] };
}
