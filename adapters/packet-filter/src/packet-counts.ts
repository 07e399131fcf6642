/** What came by a packet filter. Neither counts what stays on the machine itself, over loopback. */
export interface PacketCounts {
  /** From and to others; what is passed on counts once. */
  readonly seen: number;
  /** Of these, dropped. */
  readonly blocked: number;
}

export const NO_PACKETS: PacketCounts = Object.freeze({ seen: 0, blocked: 0 });

export function addCounts(a: PacketCounts, b: PacketCounts): PacketCounts {
  return { seen: a.seen + b.seen, blocked: a.blocked + b.blocked };
}
