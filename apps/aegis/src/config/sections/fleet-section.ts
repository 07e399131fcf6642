import type { Section } from '../setting.ts';
import { duration, flag, text, whole } from '../setting-kinds.ts';
import { HOST } from './host.ts';

export interface FleetSettings {
  readonly enabled: boolean;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly mostAgents: number;
  readonly mostConnections: number;
  readonly awayMs: number;
}

export const fleetSection: Section<FleetSettings> = {
  is: 'section',
  key: 'fleet',
  doc: 'A server for host agents, which speak OpAMP: their config, their health, and a halt for all of them.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Turns it on.', initial: false }),
    host: text({
      ...HOST,
      doc: 'The address to listen on. Agents on other machines need one that they reach.',
      cost: 'Keys travel in clear text: listen elsewhere only behind a proxy that ends TLS, or in a private network.',
    }),
    port: whole({
      key: 'port',
      doc: 'The TCP port. 0 takes a free one.',
      initial: 4320,
      min: 0,
      max: 65_535,
    }),
    mostAgents: whole({
      key: 'agents',
      doc: 'Agents remembered at most; of those that are away the ones seen longest ago are let go.',
      cost: 'Memory: some 2 KiB each, and what they report of their config.',
      initial: 100_000,
      min: 1,
      max: 1_000_000,
    }),
    mostConnections: whole({
      key: 'connections',
      doc: 'Connections that agents keep open; more are refused and told to come later.',
      cost: 'Memory: some 8 KiB each, and one file descriptor: raise "ulimit -n" with it.',
      initial: 15_000,
      min: 1,
      max: 1_000_000,
    }),
    awayMs: duration({
      key: 'away_after',
      doc: 'An agent that was not heard of for this long is away; its connection is ended.',
      cost: 'Agents that died are noticed later.',
      initial: '2m',
      min: '5s',
      max: '1d',
    }),
  },
};
