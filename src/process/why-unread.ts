import { messageOf } from '../model/errors.ts';

/** By the kernel's word for it (errno(3)). */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ENAMETOOLONG: 'the name is too long',
};

/** Why a file or a folder could not be read, as the end of a sentence: plain words for what happens to people, the error's own for the rest. */
export function whyUnread(error: unknown): string {
  return reasons[(error as NodeJS.ErrnoException | null)?.code ?? ''] ?? messageOf(error);
}
