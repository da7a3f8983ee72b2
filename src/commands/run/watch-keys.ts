import { emitKeypressEvents } from 'node:readline';
import type { ReadStream } from 'node:tty';

export interface Key {
  /** `t`, `up`, `return`, `?`, …; `interrupt` for Ctrl-C, which a terminal in raw mode does not turn into a signal. */
  name: string;
}

/** Key presses of a terminal, until it is released. The terminal is as it was afterwards. */
export function readKeys(input: ReadStream, onKey: (key: Key) => void): () => void {
  const listen = (character: string | undefined, { name = character ?? '', ctrl }: { name?: string; ctrl?: boolean }) =>
    onKey({ name: ctrl === true && name === 'c' ? 'interrupt' : name });
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on('keypress', listen);
  input.resume();
  return () => {
    input.off('keypress', listen);
    input.setRawMode(false);
    input.pause();
  };
}
