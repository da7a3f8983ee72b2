/** What a page of memory looks like. */
export const pageContents = ['zeros', 'class file', 'zip entry', 'ELF', 'class names', 'text', 'binary'] as const;
export type PageContent = (typeof pageContents)[number];

const classMagic = [0xca, 0xfe, 0xba, 0xbe];
/** JDK 1.1 and, with room for those to come, JDK 50: CAFEBABE alone also begins a Mach-O file. */
const oldestClassVersion = 45;
const newestClassVersion = 94;
const zipMagics = ['PK\x03\x04', 'PK\x01\x02'];
const elfMagic = '\x7fELF';
const fewClassNames = 3;
const textShare = 0.75;
/** As `strings` does: shorter runs are chance. */
const shortestRun = 6;
const longestExcerpt = 60;

/** The first of these that fits: a page with a class file in it is not merely one of class names. */
export function classifyPage(page: Uint8Array): PageContent {
  if (page.every((byte) => byte === 0)) return 'zeros';
  const text = latin1(page);
  if (hasClassFile(page)) return 'class file';
  if (zipMagics.some((magic) => text.includes(magic))) return 'zip entry';
  if (text.includes(elfMagic)) return 'ELF';
  if (countClassNames(text) >= fewClassNames) return 'class names';
  const printable = page.filter(isPrintable).length;
  return printable >= textShare * page.length ? 'text' : 'binary';
}

/** The longest run of printable characters, and what is not printable in front of it escaped; undefined where all runs are short. */
export function excerptOf(page: Uint8Array): string | undefined {
  const runs = latin1(page).match(/[\x20-\x7e\t]+/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest.length < shortestRun ? undefined : escapeBytes(longest.slice(0, longestExcerpt));
}

/** Printable ASCII as it is, everything else as `\xNN`: memory must not drive a terminal. */
export function escapeBytes(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|\\/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Such as `java/lang/Object` or `org.example.Main`: two packages at least, and a class. */
function countClassNames(text: string): number {
  let names = 0;
  let packages = 0;
  let end = 0;
  for (const { 0: part, 1: word = '', index } of text.matchAll(/([\w$]+)[./]?/g)) {
    if (index !== end) packages = 0;
    end = index + part.length;
    const isClass = packages >= 2 && /^[A-Z][\w$]/.test(word);
    if (isClass) names++;
    packages = isClass || part === word ? 0 : countPackages(packages, word);
  }
  return names;
}

/** What comes before the first package does not matter. */
function countPackages(before: number, word: string): number {
  if (before > 0 && /^[a-z]/.test(word)) return before + 1;
  return /[a-z]/.test(word) ? 1 : 0;
}

function hasClassFile(page: Uint8Array): boolean {
  for (let at = page.indexOf(0xca); at >= 0; at = page.indexOf(0xca, at + 1)) {
    const version = ((page[at + 6] ?? 0) << 8) | (page[at + 7] ?? 0);
    if (
      classMagic.every((byte, index) => page[at + index] === byte) &&
      version >= oldestClassVersion &&
      version <= newestClassVersion
    )
      return true;
  }
  return false;
}

export function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** A character a byte. */
export function latin1(page: Uint8Array): string {
  return Array.from(page, (byte) => String.fromCharCode(byte)).join('');
}
