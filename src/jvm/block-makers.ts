import { type BlockMaker, blockMakers } from '../model/block-makers.ts';
import { OffheapError } from '../model/errors.ts';
import { Questions } from './ask.ts';
import type { AttachOptions } from './attach.ts';

/**
 * A class that is loaded once its way of asking for blocks has been used, and not before: an idle JVM has none of them (seen on JDK 17 and 25). That of FFM is
 * there from JDK 22 on.
 */
const telltales: Readonly<Record<BlockMaker, string>> = {
  'direct buffers': 'java.nio.DirectByteBuffer$Deallocator',
  'channel buffers': 'sun.nio.ch.Util$BufferCache',
  FFM: 'jdk.internal.foreign.ArenaImpl',
  Unsafe: 'sun.misc.Unsafe',
  Netty: 'io.netty.buffer.AbstractByteBufAllocator',
  JNA: 'com.sun.jna.Memory',
};

/** JDK 17 and 25 have it. Of one class it stops the JVM for about a microsecond per loaded class; of all classes for ten times that, since it prints them. */
export const hierarchyCommand = 'VM.class_hierarchy';

/**
 * Which of them this JVM has loaded; undefined where it did not answer each question in time.
 *
 * @param isPossible which are worth a question
 * @throws OffheapError NO_SUCH_PROCESS
 */
export async function askBlockMakers(
  pid: number,
  options: AttachOptions,
  isPossible: (maker: BlockMaker) => boolean,
): Promise<BlockMaker[] | undefined> {
  const questions = new Questions(pid, options);
  const asked = blockMakers.filter(isPossible);
  try {
    for (const maker of asked) await questions.ask(`${hierarchyCommand} ${telltales[maker]}`, maker);
  } catch (error) {
    if (!(error instanceof OffheapError) || error.code === 'NO_SUCH_PROCESS') throw error;
    return undefined;
  }
  if (questions.texts.size < asked.length) return undefined;
  return asked.filter((maker) => namesClass(questions.texts.get(maker) ?? '', telltales[maker]));
}

/** Of a class that is not loaded the text is empty; else its superclasses come first, each with its loader: `|--java.nio.Bits/null`. */
function namesClass(text: string, className: string): boolean {
  return text.includes(`--${className}/`);
}
