import { type Address, formatIPv4, type Random, seededRandom, type Timestamp } from '@aegis/model';
import type { Flow, FlowProtocol } from '../flow.ts';
import { type BeaconShape, beaconTimes } from './beacon-times.ts';

export interface SyntheticOptions {
  readonly seed: number;
  readonly from: Timestamp;
  readonly hours: number;
  /** Hosts of the network, at least one for each bot. */
  readonly hosts: number;
  readonly bots: number;
  /** Servers that the bots share. */
  readonly servers: number;
  readonly beacon: BeaconShape;
  /** Share by which the size of what bots send varies, 0-1; default 0.1. */
  readonly sizeNoise?: number;
}

export type FlowLabel = 'person' | 'service' | 'server' | 'proxy' | 'bot';

export interface SyntheticFlow {
  readonly flow: Flow;
  readonly label: FlowLabel;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Destinations of everybody: NTP, a push service over MQTT, updates, DNS; each with what is the share of hosts. */
const SERVICES = [
  {
    net: 0x17_00_01_01,
    port: 123,
    protocol: 'udp',
    share: 0.9,
    minutes: 17,
    jitter: 0.05,
    bytes: 48,
    name: 'ntp.example',
  },
  {
    net: 0x17_00_02_01,
    port: 8883,
    protocol: 'tcp',
    share: 0.5,
    minutes: 5,
    jitter: 0.02,
    bytes: 180,
    name: 'push.example',
  },
  {
    net: 0x17_00_03_01,
    port: 443,
    protocol: 'tcp',
    share: 0.8,
    minutes: 45,
    jitter: 0.1,
    bytes: 900,
    name: 'updates.example',
  },
  {
    net: 0x17_00_04_01,
    port: 443,
    protocol: 'tcp',
    share: 0.4,
    minutes: 10,
    jitter: 0.3,
    bytes: 600,
    name: 'mail.example',
  },
] as const;

/**
 * The traffic of a network with labels, in order of time, the same for the same options: people who browse in
 * sessions, services that call at a period from most hosts, servers within that answer, a proxy, and bots.
 */
export function syntheticTraffic(options: SyntheticOptions): readonly SyntheticFlow[] {
  const random = seededRandom(options.seed);
  const { from, hours, hosts } = options;
  const to = from + hours * HOUR;
  const flows: SyntheticFlow[] = [];
  const traffic: Traffic = { from, to, random, flows };
  for (let host = 0; host < hosts; host++) {
    browse(traffic, clientAddress(host));
    for (const service of SERVICES) {
      if (random.next() > service.share) continue;
      const shape = { periodMs: service.minutes * MINUTE, jitter: service.jitter };
      for (const at of beaconTimes(shape, from, to, random))
        push(traffic, 'service', at, clientAddress(host), {
          destination: service.net + Math.floor(random.next() * 3),
          port: service.port,
          protocol: service.protocol,
          sent: service.bytes,
          received: service.bytes * 2,
          name: service.name,
        });
    }
    for (const at of poisson(0.5, traffic))
      push(traffic, 'server', at, clientAddress(host), {
        destination: 0x0a_00_00_05,
        port: 445,
        sent: 2_000,
        received: 9_000,
      });
  }
  // A proxy asks for everybody, more than any one of them.
  for (const at of poisson(Math.min(2_000, 20 * hosts), traffic))
    push(traffic, 'proxy', at, 0x0a_00_00_09, {
      destination: site(random),
      port: 443,
      sent: 1_500,
      received: 20_000,
    });
  infect(traffic, options);
  return flows.sort((a, b) => a.flow.at - b.flow.at);
}

interface Traffic {
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly random: Random;
  readonly flows: SyntheticFlow[];
}

interface Call {
  readonly destination: number;
  readonly port: number;
  readonly protocol?: FlowProtocol;
  readonly sent: number;
  readonly received: number;
  readonly durationMs?: number;
  readonly name?: string;
}

/** Sessions of pages with pauses that people make: log-normal, some minutes of reading, then hours of nothing. */
function browse(traffic: Traffic, source: number): void {
  const { from, to, random } = traffic;
  let at = from + exponential(random) * HOUR;
  while (at < to) {
    const pages = 1 + Math.floor(exponential(random) * 8);
    const destination = site(random);
    for (let page = 0; page < pages && at < to; page++) {
      const sent = 300 + exponential(random) * 1_500;
      push(traffic, 'person', at, source, {
        destination: random.next() < 0.6 ? destination : site(random),
        port: 443,
        sent,
        received: sent * 20 * exponential(random),
      });
      at += Math.exp(2.5 + 1.4 * normal(random)) * 1_000;
    }
    at += exponential(random) * HOUR;
  }
}

function infect(traffic: Traffic, { bots, servers, beacon, sizeNoise = 0.1 }: SyntheticOptions): void {
  const { from, to, random } = traffic;
  for (let bot = 0; bot < bots; bot++) {
    const destination = botServerAddress(bot % servers);
    for (const at of beaconTimes(beacon, from, to, random))
      push(traffic, 'bot', at, clientAddress(bot), {
        destination,
        port: 443,
        sent: 240 * (1 + sizeNoise * (2 * random.next() - 1)),
        received: 160 * (1 + sizeNoise * (2 * random.next() - 1)),
      });
  }
}

function push({ random, flows }: Traffic, label: FlowLabel, at: Timestamp, source: number, call: Call): void {
  const { destination, port, protocol = 'tcp', sent, received, name } = call;
  flows.push({
    label,
    flow: {
      at: Math.round(at),
      source: formatIPv4(source) as Address,
      destination: formatIPv4(destination) as Address,
      port,
      protocol,
      durationMs: call.durationMs ?? Math.round(50 + exponential(random) * 800),
      sentBytes: Math.round(sent),
      receivedBytes: Math.round(received),
      ...(name !== undefined && { name }),
    },
  });
}

function* poisson(perHour: number, { from, to, random }: Traffic): Generator<Timestamp> {
  for (let at = from; ; ) {
    at += (exponential(random) * HOUR) / perHour;
    if (at >= to) return;
    yield at;
  }
}

/** 10.1.0.0 and on. */
function clientAddress(host: number): number {
  return 0x0a_01_00_00 + host;
}

/** 45.77.N.13: each server in a network of its own. */
function botServerAddress(server: number): number {
  return 0x2d_4d_00_0d + server * 256;
}

/** Sites that people visit, a few much and many seldom (Zipf). */
function site(random: Random): number {
  const rank = Math.floor(3_000 ** random.next());
  return 0x68_10_00_01 + rank * 256;
}

function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}

/** Box and Muller's. */
function normal(random: Random): number {
  return Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random.next());
}
