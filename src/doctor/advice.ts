import type { Evidence, Fix } from '../model/doctor.ts';

// What is to be run now or changed in the code, and is no setting.

export function trimNow({ pid, jvm, isJvm }: Evidence): Fix {
  if (jvm?.canTrim)
    return { action: 'Give it back now, without a restart.', command: `jcmd ${pid} System.trim_native_heap`, kind: 'trim' };
  if (isJvm)
    return {
      action: 'Give it back now, without a restart. The JVM loads a small agent for that, which has the allocator do it.',
      command: `offheap doctor ${pid} --trim`,
      kind: 'trim',
    };
  return {
    action: 'Give it back now; gdb stops the process for that moment.',
    command: `gdb -p ${pid} -batch -ex "call (int)malloc_trim(0)"`,
    kind: 'trim',
  };
}

/** Of the tops of arenas, which malloc_trim leaves. */
export function cutNow({ pid, isJvm }: Evidence): Fix[] {
  if (!isJvm) return [];
  return [
    {
      action:
        'Lower the trim threshold now, without a restart and until the next one. Each arena then gives its top back by itself, as soon as the program frees in it again.',
      command: `offheap doctor ${pid} --set=trim_threshold=128k`,
      kind: 'set',
    },
  ];
}

/** For a process whose allocator tells nobody what is live. */
export function countLive({ allocator: { library } }: Evidence): Fix {
  return {
    action:
      'Start it with the meter in front of the allocator, and ask the doctor again: the meter counts live bytes. In the shell that starts it:',
    command: `export LD_PRELOAD="$(offheap allocators --path=meter):${library}"`,
  };
}

/** Of native memory behind Java objects. */
export function collectNow({ pid, jvm }: Evidence): Fix {
  const trim = jvm?.canTrim ? ' A trim gives back what that has freed.' : '';
  return {
    action: `Collect the whole heap. What waits for that is freed, and what is left is held by the program.${trim}`,
    command: `offheap doctor ${pid} --gc${jvm?.canTrim ? ' --trim' : ''}`,
    kind: 'gc',
  };
}

/** `givesBack`: this collector does at a collection that is asked for. */
export function collectHeap({ pid, jvm }: Evidence, givesBack: boolean): Fix {
  return {
    action: `Collect the whole heap. That tells how much of it is needed${givesBack ? `, and ${jvm?.collector ?? 'the collector'} gives back what it keeps no reserve of` : ''}.`,
    command: `offheap doctor ${pid} --gc`,
    kind: 'gc',
  };
}

/** Of buffers that a Cleaner frees. */
export function collectBuffers({ pid }: Evidence): Fix {
  return {
    action: 'Collect the whole heap. That frees the buffers that nobody refers to, and tells how many the program holds.',
    command: `offheap doctor ${pid} --gc`,
    kind: 'gc',
  };
}

/** Of classes. */
export function collectLoaders({ pid }: Evidence): Fix {
  return {
    action: 'Collect the whole heap. That unloads the classes of loaders that nobody holds, and tells how much the others have.',
    command: `offheap doctor ${pid} --gc`,
    kind: 'gc',
  };
}

export function endZlibStates(): Fix {
  return {
    action:
      'In the code: end every Inflater and Deflater, by end() or by closing the stream that owns it. A stream does not end an Inflater that it was given.',
  };
}

/** Of Java objects that own native memory. */
export function closeObjects(className: string): Fix {
  return { action: `In the code: close each ${className}, best by try-with-resources.` };
}

/** Of memory that nobody tells more of. */
export function peek({ pid }: Evidence): Fix {
  return { action: 'See what they hold.', command: `offheap doctor ${pid} --peek` };
}

export function listLoaders({ pid }: Evidence): Fix {
  return { action: 'See which loaders hold how many classes.', command: `jcmd ${pid} VM.classloader_stats` };
}

/** Of blocks of malloc. */
export function showOwners({ pid }: Evidence): Fix {
  return { action: 'See who owns each block, and who holds the objects that do.', command: `offheap owners ${pid} --holders=3` };
}

/** Of Java objects that own blocks. */
export function showMakers({ pid }: Evidence, className: string): Fix {
  return {
    action: `See who makes the objects of ${className}, as Java stacks.`,
    command: `offheap owners ${pid} --created-by='${className}' --for=30s`,
  };
}

export function findLeak({ pid, jvm }: Evidence): Fix {
  if (!jvm)
    return { action: 'Find who allocates: heaptrack or bcc’s memleak on this process, or offheap’s meter for its threads.' };
  return {
    action: 'Find who allocates. async-profiler shows the Java stacks of blocks that are not freed.',
    command: `offheap doctor ${pid} --stacks=30s`,
  };
}
