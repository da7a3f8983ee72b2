/** The glibcs that programs under test can be linked with, and the release of which each is taken: none of them gets another glibc any more. */
export const glibcs = [
  { version: '2.23', release: 'xenial' },
  { version: '2.27', release: 'bionic' },
  { version: '2.31', release: 'focal' },
  { version: '2.35', release: 'jammy' },
  { version: '2.36', release: 'bookworm' },
  { version: '2.39', release: 'noble' },
  { version: '2.41', release: 'trixie' },
  { version: '2.42', release: 'questing' },
  { version: '2.43', release: 'resolute' },
];

/** The musls that programs under test can be run by. */
export const muslcs = [
  { version: '1.2.2', release: 'jammy' },
  { version: '1.2.3', release: 'bookworm' },
  { version: '1.2.4', release: 'noble' },
  { version: '1.2.5', release: 'trixie' },
];
