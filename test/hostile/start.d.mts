export interface HostileContext {
  folder: string;
  meter: string;
  replyBoundsOf(command: string): { bytes: number };
  removeAttachSocket(pid: number): Promise<void>;
}

export interface RunningTarget {
  readonly name: string;
  readonly hostileBy: string;
  readonly pid: number;
  end(): Promise<void>;
}

export function startHostileTargets(context: HostileContext): Promise<RunningTarget[]>;
