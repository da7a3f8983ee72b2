import { runDiagnosticCommand } from '../jvm/attach.ts';
import { removeAttachSocket } from '../jvm/attach-leftover.ts';
import type { AddressRange } from '../model/address-range.ts';
import type { Census } from '../model/result.ts';
import { findMeasuredProcess } from '../observe/find-jvm.ts';
import { askNmtCommitted } from '../observe/jvm.ts';
import { readJavaHeapRanges } from '../observe/own-places.ts';
import { takeCensus } from './census.ts';

/** A JVM answers an attach in milliseconds; a machine that is swapping may need far longer. */
const attachTimeoutMs = 10_000;

/** The process of a cell that is measured: the program itself or, when that is a wrapper around a JVM, the JVM. */
export class CellProcess {
  #pid: number;
  #isJvm = false;

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
    return readJavaHeapRanges(this.#pid, { timeoutMs: attachTimeoutMs }).catch(() => undefined);
  }

  askNmtCommitted(): Promise<number | undefined> {
    return askNmtCommitted(this.#pid, { timeoutMs: attachTimeoutMs });
  }

  /** @param isInspectable whether the malloc heap inspector walks the heap that serves it. */
  takeCensus(isInspectable: boolean): Promise<Census> {
    return takeCensus({ pid: this.#pid, isJvm: this.#isJvm, isInspectable, attachTimeoutMs });
  }

  /** When it has ended, however it did: what it would have removed itself, had it not been killed. */
  async removeAttachSocket(): Promise<void> {
    if (this.#isJvm) await removeAttachSocket(this.#pid);
  }

  #ask(command: string): Promise<string> {
    return runDiagnosticCommand(this.#pid, command, { timeoutMs: attachTimeoutMs });
  }
}
