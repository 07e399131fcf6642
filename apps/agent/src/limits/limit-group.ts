import type { Limits } from './limits.ts';

/** How the limits of plugins are held: by the kernel, or by looking and killing. What one sees of it is the same. */
export type LimitKind = 'v2' | 'v1' | 'none';

export interface GroupUsage {
  readonly memory: number;
  /** Since the group was made, ms. */
  readonly cpuMs: number;
  readonly processes: number;
}

/** Where one plugin runs. */
export interface LimitGroup {
  /** Files into which a process writes its own id before it becomes the plugin. */
  readonly join: readonly string[];
  usage(pid: number): GroupUsage;
  /** Percent of one core from now on. */
  limitCpu(percent: number): void;
  /** Why the kernel intervened since the last call, in words; empty where it did not. */
  intervened(): string;
  /** Every process in it, whatever their parents are by now. */
  killAll(pid: number): void;
  /** Once nothing runs in it any more; it may be used again after another `open`. */
  remove(): void;
}

export interface LimitGroups {
  readonly kind: LimitKind;
  open(name: string, limits: Limits): LimitGroup;
  close(): void;
}
