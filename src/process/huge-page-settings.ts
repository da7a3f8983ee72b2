import { parseChosen } from '../parse/chosen.ts';
import { readWholeSync } from './bounded-read.ts';

/** How this machine gives out transparent huge pages (kernel: Documentation/admin-guide/mm/transhuge.rst). What a kernel does not tell is absent. */
export interface HugePageSettings {
  /** Of one huge page: 2 MiB on x86-64. */
  pageBytes: number;
  /** Who gets them: `always`, `madvise` or `never`. */
  enabled?: string;
  /** Whether a fault waits until memory is made contiguous for one. */
  defrag?: string;
  /** khugepaged makes a huge page where up to so many of its 512 pages are absent. */
  maxPtesNone?: number;
  /** When memory is short the kernel gives back pages of zeros within huge pages, once `maxPtesNone` allows fewer (Linux 6.12). */
  shrinksUnderused?: boolean;
}

export const hugePageFolder = '/sys/kernel/mm/transparent_hugepage';
/** Each has one line. */
const maxBytes = 4096;

/** Undefined where the kernel has no transparent huge pages, or does not show them. */
export function readHugePageSettings(folder = hugePageFolder): HugePageSettings | undefined {
  const text = (name: string) => readSetting(`${folder}/${name}`);
  const pageBytes = Number(text('hpage_pmd_size'));
  if (!Number.isSafeInteger(pageBytes) || pageBytes <= 0) return undefined;
  const enabled = parseChosen(text('enabled') ?? '');
  const defrag = parseChosen(text('defrag') ?? '');
  const maxPtesNone = text('khugepaged/max_ptes_none');
  const shrinks = text('shrink_underused');
  return {
    pageBytes,
    ...(enabled === undefined ? {} : { enabled }),
    ...(defrag === undefined ? {} : { defrag }),
    ...(maxPtesNone !== undefined && /^\d+$/.test(maxPtesNone) ? { maxPtesNone: Number(maxPtesNone) } : {}),
    ...(shrinks === undefined ? {} : { shrinksUnderused: shrinks === '1' }),
  };
}

function readSetting(path: string): string | undefined {
  try {
    return readWholeSync(path, maxBytes).trim();
  } catch {
    return undefined;
  }
}
