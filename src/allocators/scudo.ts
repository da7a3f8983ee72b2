import type { Allocator } from './allocator.ts';

/** LLVM's hardened allocator: a library of compiler-rt, and linked into a program by -fsanitize=scudo. */
export const scudo: Allocator = {
  recognition: { file: /^libclang_rt\.scudo[\w-]*\.so/, inProgram: 'Scudo ERROR: ' },
  variables: /^SCUDO_OPTIONS$/,
  sight: { byInspector: false, byJvm: false, byAgent: false, liveBytes: 'meter' },
};
