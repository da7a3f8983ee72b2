import { detectAllocator } from '../../allocators/detect.ts';
import { present } from '../../model/present.ts';
import { printable } from '../../model/printable.ts';
import { type CoreFile, withCoreFile } from '../../native/core-file.ts';
import { isMappedByJvm } from '../../parse/maps.ts';
import { shortenCommand } from '../../process/command-line.ts';
import { type CoreContent, readContent } from './core-content.ts';
import { withoutDeleted } from './core-map.ts';

/** Processor time: of a core that does not fit into memory the disk is waited for, which takes none. */
export const coreBudgetMs = 60_000;

export interface CoreOptions {
  /** What was compressed has lost its holes. */
  isUnpacked: boolean;
  /** The folder below which the files of the core's machine are; default: `/`. */
  sysroot?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Whose core file it is. */
export interface CoreProcess {
  core: CoreFile;
  content: CoreContent;
  /** Paths, as the kernel had them. */
  mappedFiles: string[];
  isJvm: boolean;
  allocator: ReturnType<typeof detectAllocator>;
  command: string[];
}

/** Reads what a core file tells of its process. The file is open for `use`. @throws OffheapError INVALID_FILE, MISSING_FILE, INSPECT_FAILED */
export async function withCoreProcess<Result>(
  path: string,
  { isUnpacked, sysroot, signal }: CoreOptions,
  use: (process: CoreProcess) => Promise<Result>,
): Promise<Result> {
  return await withCoreFile(path, { budgetMs: coreBudgetMs, signal }, async (read) => {
    const core = isUnpacked ? { ...read, hasPageHoles: false } : read;
    const content = await readContent(core, sysroot);
    const paths = core.mappings.map((mapping) => withoutDeleted(mapping.path));
    const mappedFiles = [...new Set(paths.filter((file) => file.startsWith('/')))];
    return await use({
      ...{ core, content, mappedFiles },
      isJvm: isMappedByJvm(mappedFiles),
      allocator: detectAllocator({ mappedFiles, environment: content.environment, ...present('programPath', core.program) }),
      command: commandOf(core, content),
    });
  });
}

/** The kernel writes 80 bytes of it down, a debugger less. */
function commandOf({ command }: CoreFile, { argv }: CoreContent): string[] {
  const words =
    argv.length > 0
      ? argv
      : command
          .trimEnd()
          .split(' ')
          .filter((word) => word !== '');
  return shortenCommand(words.map(printable));
}
