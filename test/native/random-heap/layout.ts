/**
 * Where a glibc keeps what the reader follows, by version: `struct malloc_state`, `tcache_perthread_struct` and `heap_info` of malloc/malloc.c and
 * malloc/arena.c, 64-bit. The inspector finds these places by searching; here they are written down.
 */
export interface Layout {
  /** Offsets in malloc_state. */
  fastbins: number;
  fastbinCount: number;
  top: number;
  next: number;
  systemMem: number;
  stateBytes: number;
  heapInfoBytes: number;
  /** Whether links of fastbins and tcaches are XORed with their place. */
  isProtected: boolean;
  /** Whether malloc_info counts tops. */
  isTopInInfo: boolean;
  /** Whether it adds up the bytes of mmapped chunks right: 2.43 has 16 more for each mremap. */
  isMappedSumRight: boolean;
  tcache?: TcacheLayout;
}

export interface TcacheLayout {
  chunkBytes: number;
  bins: number;
  /** Of a bin's count: how many blocks it has, or how many more it may take. */
  countBytes: 1 | 2;
  hasFreeSlots: boolean;
}

const heapMaxBytes = 64 * 1024 ** 2;
const binsBytes = 254 * 8;
const binmapBytes = 16;

/** The heap of an arena that an address lies in. */
export const heapAt = (address: number) => address - (address % heapMaxBytes);

export function layoutOf(version: string): Layout {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const since = (ofMinor: number, ofPatch = 0) => major > 2 || minor > ofMinor || (minor === ofMinor && patch >= ofPatch);
  // mutex and flags; since 2.27 have_fastchunks, until 2.43 brings the end of fastbins. Its snapshots call themselves 2.42.9000.
  const hasFastbins = !since(42, 9000);
  const fastbins = hasFastbins && since(27) ? 16 : 8;
  const fastbinCount = hasFastbins ? 10 : 0;
  const top = fastbins + fastbinCount * 8;
  const next = top + 16 + binsBytes + binmapBytes;
  const tcache = tcacheOf(since);
  return {
    ...{ fastbins, fastbinCount, top, next, systemMem: next + 24, stateBytes: next + 40 },
    heapInfoBytes: since(35) ? 48 : 32,
    isProtected: since(32),
    isTopInInfo: since(30),
    isMappedSumRight: hasFastbins,
    ...(tcache === undefined ? {} : { tcache }),
  };
}

function tcacheOf(since: (minor: number) => boolean): TcacheLayout | undefined {
  if (since(42)) return { chunkBytes: 0x300, bins: 76, countBytes: 2, hasFreeSlots: true };
  if (since(30)) return { chunkBytes: 0x290, bins: 64, countBytes: 2, hasFreeSlots: false };
  if (since(26)) return { chunkBytes: 0x250, bins: 64, countBytes: 1, hasFreeSlots: false };
  return undefined;
}
