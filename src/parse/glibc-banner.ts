/**
 * The version by which a libc.so.6, or a static program of glibc, names itself (glibc: csu/version.c); that which a distribution has noted in libc.a where the banner is not linked
 * (systemd's package metadata for ELF files). `text`: its bytes as latin1. Undefined of anything else.
 */
export function parseGlibcBanner(text: string): string | undefined {
  const [, banner, note] = /GNU C Library [^\n]{0,200}version (\d+\.\d+)|"name":"glibc","version":"(\d+\.\d+)/.exec(text) ?? [];
  return banner ?? note;
}
