import type { AddressRange } from '../model/address-range.ts';
import type { Evidence, PeekedMapping } from '../model/doctor.ts';
import { printableName } from '../model/printable.ts';
import { classifyPage, excerptOf } from '../parse/page-content.ts';
import type { Mapping } from '../parse/smaps.ts';
import { samplePages } from '../process/read-memory.ts';
import { readMappings } from './mappings.ts';
import { readJavaHeapRanges } from './own-places.ts';

/** Enough to tell what a mapping is mostly made of; 1.3 MB are read in all. */
const mappingsPeeked = 5;
const pagesPeeked = 64;
const excerptsShown = 4;
const attachTimeoutMs = 2000;

/**
 * What the largest anonymous mappings hold, the Java heap and stacks left out: pages of each are sampled, and only those that are present.
 * This shows memory contents, so it is for whoever asks for it.
 */
export async function peek({ pid, malloc, jvm }: Evidence, signal?: AbortSignal): Promise<PeekedMapping[]> {
  const javaHeap = jvm
    ? await readJavaHeapRanges(pid, { asks: true, timeoutMs: attachTimeoutMs, signal }).catch(() => undefined)
    : undefined;
  const mappings = (await readMappings(pid, { signal }))
    .filter((mapping) => isAnonymous(mapping) && !javaHeap?.some((range) => overlap(range, mapping)))
    .sort((a, b) => b.rssBytes - a.rssBytes)
    .slice(0, mappingsPeeked);
  return Promise.all(
    mappings.map(async (mapping) => {
      const pages = await samplePages(pid, mapping, pagesPeeked);
      const owner = malloc?.ranges.find((range) => overlap(range, mapping));
      return { ...describe(mapping, owner && `glibc ${owner.kind}`), ...summarise(pages) };
    }),
  );
}

function isAnonymous({ inode, path, rssBytes }: Mapping): boolean {
  return inode === 0 && rssBytes > 0 && !/^\[(stack|vdso|vvar|vsyscall)/.test(path);
}

function describe(
  { start, end, path, rssBytes }: Mapping,
  owner: string | undefined,
): Pick<PeekedMapping, 'start' | 'end' | 'name' | 'rssBytes'> {
  return { start, end, rssBytes, name: owner ?? (printableName(path) || 'anonymous') };
}

function summarise(pages: readonly Uint8Array[]): Pick<PeekedMapping, 'pages' | 'contents' | 'excerpts'> {
  const contents: PeekedMapping['contents'] = {};
  for (const page of pages) {
    const content = classifyPage(page);
    contents[content] = (contents[content] ?? 0) + 1;
  }
  const excerpts = [...new Set(pages.map(excerptOf).filter((excerpt) => excerpt !== undefined))];
  return { pages: pages.length, contents, excerpts: excerpts.sort((a, b) => b.length - a.length).slice(0, excerptsShown) };
}

function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.start < b.end && b.start < a.end;
}
