import { Option } from 'commander';
import { type Libc, libcs } from '../model/libc.ts';
import type { LibraryList } from '../model/library-list.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { environment, exits } from './help/manual.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';

interface LibsOptions extends PrintOptions<PlainFormat> {
  copyTo?: string;
  libc?: Libc;
}

export const libsCommand: CommandDefinition = {
  name: 'libs',
  group: 'show',
  summary: 'say where the libraries are that a program can load, or copy them',
  description:
    'Lists the shared objects that offheap has a program load: the meter and the mmap allocator, both for LD_PRELOAD, and the agent that a running JVM loads. ' +
    'They are there for programs on glibc and on musl. Can copy them, for an image, a volume or another host.',
  manual: {
    examples: [
      'offheap libs',
      'offheap libs --copy-to=/opt/offheap',
      'offheap libs --copy-to=lib --libc=musl',
      'offheap libs --format=json',
    ],
    exit: [exits.ok, exits.failed, exits.usage],
    environment: [environment.cacheFolder],
    seeAlso: ['offheap allocators --path=meter', 'offheap counters', 'docs/counters.md'],
  },
  configure: (command) => {
    command
      .option('--copy-to <folder>', 'copy them to FOLDER/glibc and FOLDER/musl, and list the copies')
      .addOption(new Option('--libc <name>', 'only those for programs on this libc').choices(libcs))
      .action(runLibs);
    addPrintOptions(command, plainFormats);
  },
};

async function runLibs(options: LibsOptions): Promise<void> {
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  const { listLibraries } = await import('../api/libraries.ts');
  const { copyLibraries, renderLibraries, requireLasting } = await import('./run/library-list.ts');
  await requireOutput(options.output);
  const { copyTo, libc } = options;
  const found: LibraryList = listLibraries().filter((library) => libc === undefined || library.libc === libc);
  if (copyTo === undefined) requireLasting(found);
  const libraries = copyTo === undefined ? found : await copyLibraries(found, copyTo);
  await writeOutput(renderLibraries(libraries, options), options);
}
