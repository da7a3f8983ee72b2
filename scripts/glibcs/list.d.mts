export interface LibcSource {
  version: string;
  /** Code name of the release of Debian or Ubuntu. */
  release: string;
}
export const glibcs: LibcSource[];
export const muslcs: LibcSource[];
