import { type BlockMaker, blockMakers, type FoundBlockMakers } from '../model/block-makers.ts';
import { OffheapError } from '../model/errors.ts';
import type { ClassCount } from '../parse/class-histogram.ts';
import { Questions } from './ask.ts';
import type { AttachOptions } from './attach.ts';
import { askNettys, isNamed, type NettyQuestion, nettysAmong } from './netty.ts';

/**
 * A class that is loaded once its way of asking for blocks has been used, and not before: an idle JVM has none of them (seen on JDK 11 to 25). That of FFM is
 * there from JDK 22 on.
 */
const telltales: Readonly<Record<Exclude<BlockMaker, 'Netty'>, string>> = {
  'direct buffers': 'java.nio.DirectByteBuffer$Deallocator',
  'channel buffers': 'sun.nio.ch.Util$BufferCache',
  FFM: 'jdk.internal.foreign.ArenaImpl',
  Unsafe: 'sun.misc.Unsafe',
  JNA: 'com.sun.jna.Memory',
};

/** JDK 9 and later have it. Of one class it stops the JVM for about a microsecond per loaded class; of all classes for ten times that, since it prints them. */
export const hierarchyCommand = 'VM.class_hierarchy';

/**
 * Which of them this JVM has loaded; undefined where it did not answer each question in time.
 *
 * @param isPossible which are worth a question
 * @throws OffheapError NO_SUCH_PROCESS
 */
export function askBlockMakers(
  pid: number,
  options: AttachOptions,
  isPossible: (maker: BlockMaker) => boolean,
): Promise<FoundBlockMakers | undefined> {
  return answered(pid, options, async (ask) => {
    const makers: BlockMaker[] = [];
    const netty = isPossible('Netty') ? await askNettys((question) => ask(`${hierarchyCommand} ${question}`)) : [];
    for (const maker of blockMakers.filter(isPossible)) {
      const isThere =
        maker === 'Netty' ? netty.length > 0 : isNamed(await ask(`${hierarchyCommand} ${telltales[maker]}`), telltales[maker]);
      if (isThere) makers.push(maker);
    }
    return { makers, netty };
  });
}

/** Which of them have objects in the heap of a JVM that tells of no class: JDK 8. It has always loaded sun.misc.Unsafe, so anybody may have used that. */
export function foundAmong(classes: readonly ClassCount[]): FoundBlockMakers {
  const instances = new Map(classes.map((one) => [one.className, one.instances]));
  const netty = nettysAmong(instances.keys());
  const isThere = (maker: BlockMaker) => {
    if (maker === 'Netty') return netty.length > 0;
    return maker === 'Unsafe' || instances.has(telltales[maker]);
  };
  return { makers: blockMakers.filter(isThere), netty, directBuffers: instances.get(telltales['direct buffers']) ?? 0 };
}

/** Undefined when a question had no answer in time, or none at all. */
async function answered(
  pid: number,
  options: AttachOptions,
  find: (ask: NettyQuestion) => Promise<FoundBlockMakers>,
): Promise<FoundBlockMakers | undefined> {
  const questions = new Questions(pid, options);
  const ask: NettyQuestion = async (command) => {
    await questions.ask(command);
    const text = questions.texts.get(command);
    if (text === undefined) throw new NoAnswer();
    return text;
  };
  try {
    return await find(ask);
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    if (!(error instanceof OffheapError) || error.code === 'NO_SUCH_PROCESS') throw error;
    return undefined;
  }
}

class NoAnswer extends Error {}
