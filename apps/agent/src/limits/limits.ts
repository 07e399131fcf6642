/** What a plugin and all it starts may use. */
export interface Limits {
  /** Resident, bytes. */
  readonly memory: number;
  /** Percent of one core. */
  readonly cpu: number;
  readonly processes: number;
  /** Open files of each process. */
  readonly files: number;
}

/** No more than either: what a server says cannot raise what the host's owner set. */
export function lowerOf(a: Limits, b: Partial<Limits>): Limits {
  return {
    memory: Math.min(a.memory, b.memory ?? a.memory),
    cpu: Math.min(a.cpu, b.cpu ?? a.cpu),
    processes: Math.min(a.processes, b.processes ?? a.processes),
    files: Math.min(a.files, b.files ?? a.files),
  };
}

/** For one that is tried again after it did harm. */
export function halved({ memory, cpu, processes, files }: Limits): Limits {
  return {
    memory: Math.ceil(memory / 2),
    cpu: Math.max(1, cpu / 2),
    processes: Math.max(1, Math.ceil(processes / 2)),
    files,
  };
}
