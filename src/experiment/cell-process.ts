import type { AllocatorName } from '../allocators/registry.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import { removeAttachSocket } from '../jvm/attach-leftover.ts';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import type { Census } from '../model/result.ts';
import { findMeasuredProcess } from '../observe/find-jvm.ts';
import { askNmtCommitted } from '../observe/jvm.ts';
import { mayAttach } from '../observe/may-attach.ts';
import { readJavaHeapRanges } from '../observe/own-places.ts';
import { type RssByPart, readRssByPart } from '../observe/rss-by-part.ts';
import { takeCensus } from './census.ts';

/** A JVM answers an attach in milliseconds; a machine that is swapping may need far longer. */
const attachTimeoutMs = 10_000;

/** The process of a cell that is measured: the program itself or, when that is a wrapper around a JVM, the JVM. */
export class CellProcess {
  #pid: number;
  #isJvm = false;
  #askable: Promise<boolean> | undefined;

  /** @param startedPid the program's, which is measured until find() says otherwise. */
  constructor(startedPid: number) {
    this.#pid = startedPid;
  }

  get pid(): number {
    return this.#pid;
  }

  get isJvm(): boolean {
    return this.#isJvm;
  }

  /** Looks for a JVM that the program has started; true when that is the process to measure from now on. */
  find(): boolean {
    const { pid, isJvm } = findMeasuredProcess(this.#pid);
    const isOther = pid !== this.#pid;
    this.#pid = pid;
    this.#isJvm = isJvm;
    this.#askable = undefined;
    return isOther;
  }

  /** Asks the JVM for two collections: what the first makes unreachable is freed by Cleaners before the second ends. */
  async collect(): Promise<void> {
    await this.#ask('GC.run');
    await this.#ask('GC.run');
  }

  /** What malloc_trim(3) still gets back. */
  async trim(): Promise<void> {
    await this.#ask('System.trim_native_heap');
  }

  /** The flags that the JVM reports. */
  askFlags(): Promise<string> {
    return this.#ask('VM.flags');
  }

  /** Where the Java heap lies: empty for a program that has none, undefined when the JVM does not tell. */
  async findJavaHeap(): Promise<AddressRange[] | undefined> {
    if (!this.#isJvm) return [];
    const options = { asks: await this.#isAskable(), timeoutMs: attachTimeoutMs };
    return readJavaHeapRanges(this.#pid, options).catch(() => undefined);
  }

  askNmtCommitted(): Promise<number | undefined> {
    return askNmtCommitted(this.#pid, { timeoutMs: attachTimeoutMs });
  }

  /** Undefined where the JVM does not tell what lies where. */
  async readRssByPart(allocator: AllocatorName): Promise<RssByPart | undefined> {
    const asks = await this.#isAskable();
    return readRssByPart(this.#pid, { isJvm: this.#isJvm, asks, allocator, timeoutMs: attachTimeoutMs });
  }

  /** @param isInspectable whether the malloc heap inspector walks the heap that serves it. */
  takeCensus(isInspectable: boolean): Promise<Census> {
    return takeCensus({ pid: this.#pid, isJvm: this.#isJvm, isInspectable, attachTimeoutMs });
  }

  /**
   * When it has ended, however it did: what it would have removed itself, had it not been killed. Somebody else may have asked it as well, before it was known to be a JVM.
   */
  removeAttachSocket(): Promise<void> {
    return removeAttachSocket(this.#pid);
  }

  async #ask(command: string): Promise<string> {
    if (!(await this.#isAskable()))
      throw new OffheapError(
        'ATTACH_FAILED',
        'Expected a JVM that may be asked, but it was started with -XX:+DisableAttachMechanism.',
      );
    return runDiagnosticCommand(this.#pid, command, { timeoutMs: attachTimeoutMs });
  }

  /** What is no JVM tells so itself. */
  #isAskable(): Promise<boolean> {
    this.#askable ??= this.#isJvm ? mayAttach(this.#pid) : Promise.resolve(true);
    return this.#askable;
  }
}
