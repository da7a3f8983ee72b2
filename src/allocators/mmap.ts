import type { RunnableAllocator } from './allocator.ts';

/** libmmapalloc.so, the article's allocator: native/mmapalloc. */
export const mmap: RunnableAllocator = {
  recognition: { file: /^libmmapalloc\.so/ },
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'itself' },
  origin: 'offheap',
  isInstrument: true,
  configurations: {
    mmap: {
      aliases: ['custom', 'zjbmalloc'],
      summary: "the article's: one mapping per allocation, unmapped at free; counts what is live",
    },
  },
};
