export interface TrimKind {
  name: string;
  args: string[];
  env?: (version: string) => Record<string, string>;
  /** The first glibc that has what is set. */
  since?: string;
  isStatic?: boolean;
  /** The program goes on while it is looked at and trimmed. */
  moves?: boolean;
}
export function kindsOf(version: string): TrimKind[];
