import { addCounts, NO_PACKETS, type PacketCounts, type PacketFilter } from '@aegis/packet-filter';
import { Counter, type Registry } from 'prom-client';

type Counting = Pick<PacketFilter, 'packets'>;

/** Registers what the firewalls of this node saw and dropped, read from the kernel each time somebody asks. */
export function countPackets(registry: Registry, filters: readonly Counting[]): void {
  const known = new Map<Counting, PacketCounts>();
  const look = async (): Promise<PacketCounts> => {
    // One that cannot tell now, because it is away, is where it was.
    for (const filter of filters) {
      const counts = await filter.packets().catch(() => undefined);
      if (counts !== undefined) known.set(filter, counts);
    }
    return [...known.values()].reduce(addCounts, NO_PACKETS);
  };
  /** The two are asked at once, and the kernel once for both. */
  let looking: Promise<PacketCounts> | undefined;
  const sum = (): Promise<PacketCounts> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const counter = (name: string, help: string, of: (counts: PacketCounts) => number): Counter =>
    new Counter({
      name,
      help,
      registers: [registry],
      async collect() {
        const count = of(await sum());
        this.reset();
        this.inc(count);
      },
    });
  counter(
    'aegis_packets_total',
    'Packets that the firewalls of this node looked at: from others, and to them',
    ({ seen }) => seen,
  );
  counter(
    'aegis_packets_blocked',
    'Packets that the firewalls of this node dropped',
    ({ blocked }) => blocked,
  );
}
