import type { Address, Timestamp } from '@aegis/model';

export const FLOW_PROTOCOLS = ['other', 'tcp', 'udp', 'icmp'] as const;
export type FlowProtocol = (typeof FLOW_PROTOCOLS)[number];

/** One connection, as a sensor at its edge saw it: who opened it, with whom, when, and how much went each way. */
export interface Flow {
  /** When it began; may have a fraction of a millisecond. */
  readonly at: Timestamp;
  readonly source: Address;
  readonly destination: Address;
  /** Of the destination; 0 where the protocol has none. */
  readonly port: number;
  readonly protocol: FlowProtocol;
  readonly durationMs: number;
  /** Payload from source to destination, and back. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Whether the sensor knows either end to be of its own network; absent where it does not say. */
  readonly sourceLocal?: boolean;
  readonly destinationLocal?: boolean;
  /** Name under which the destination was asked for: DNS, SNI or HTTP host. */
  readonly name?: string;
}
