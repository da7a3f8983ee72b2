export interface GlibcSource {
  version: string;
  /** Code name of the release of Debian or Ubuntu. */
  release: string;
}
export const glibcs: GlibcSource[];
