/**
 * For a JVM that offheap starts for itself: by a locale without UTF-8 it cannot open a file whose name has other letters than ASCII's. Debian, Ubuntu and
 * Fedora had this locale long before the oldest glibc that a supported Node runs on, and musl has no other; without it ASCII names work on.
 */
export const utf8Locale: Readonly<Record<string, string>> = { LC_ALL: 'C.UTF-8' };
