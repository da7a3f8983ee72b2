/** A number that another thread looks at: other than 0, what it does is called off. */
export type CancelFlag = Int32Array<ArrayBuffer>;

/** @throws the signal's reason when it was aborted, also before the work begins */
export async function withCancelFlag<Value>(
  signal: AbortSignal | undefined,
  work: (flag: CancelFlag) => Promise<Value>,
): Promise<Value> {
  signal?.throwIfAborted();
  const flag = new Int32Array(1);
  const raise = () => Atomics.store(flag, 0, 1);
  signal?.addEventListener('abort', raise);
  try {
    const value = await work(flag);
    signal?.throwIfAborted();
    return value;
  } finally {
    signal?.removeEventListener('abort', raise);
  }
}
