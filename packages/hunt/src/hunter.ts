import { parseAddressWords, type Random, type Timestamp } from '@aegis/model';
import type { Candidate } from './candidate.ts';
import { FLOW_PROTOCOLS, type Flow } from './flow.ts';
import { Drift, type DriftReport, type DriftState } from './graph/drift.ts';
import { type Judgement, judge } from './judge.ts';
import { type Beacon, beaconOf } from './signals/beacon.ts';
import { HOST } from './table/host-table.ts';
import { PairTable, type PairTableOptions } from './table/pair-table.ts';

export interface HuntOptions {
  /** Default 4,000,000: about 400 MB. The fewest and oldest flows are let go where there are more. */
  readonly mostPairs?: number;
  /** Default 32,000,000: 128 MB. */
  readonly mostTimes?: number;
  readonly random: Random;
}

export interface HuntReport extends Judgement {
  /** Flows taken in, and those whose time was too far from the others'. */
  readonly flows: number;
  readonly refused: number;
  readonly pairs: number;
  readonly bytes: number;
  readonly drift: DriftReport;
}

const LONGEST_HEADER = 64 * 1024 * 1024;
const MOST_NAMES = 65_536;
const FEWEST_TIMES = 6;
/** Nats below which a rhythm is not told of: of 100 Poisson processes one has more. */
const LEAST_EVIDENCE = 2;

/** Takes flows in, in any order, and tells which destinations look like command-and-control servers. */
export class Hunter {
  readonly #options: PairTableOptions;
  #pairs: PairTable;
  #drift: Drift = new Drift();
  #flows = 0;
  #refused = 0;
  /** Names that destinations were asked for under, the last one of each; the oldest go where there are too many. */
  #names: Map<string, string> = new Map();
  /** Of pairs that did not change since they were looked at. */
  readonly #beacons: Map<number, Beacon> = new Map();

  constructor({ mostPairs = 4_000_000, mostTimes = 32_000_000, random }: HuntOptions) {
    this.#options = { mostPairs, mostTimes, random };
    this.#pairs = new PairTable(this.#options);
  }

  get flows(): number {
    return this.#flows;
  }

  /** Whether it could be taken in: its time is within 24 days of the first one's. */
  add(flow: Flow): boolean {
    const source = this.#intern(flow.source, flow.sourceLocal);
    const destination = this.#intern(flow.destination, flow.destinationLocal);
    const protocol = FLOW_PROTOCOLS.indexOf(flow.protocol);
    const { port, at, durationMs, sentBytes, receivedBytes } = flow;
    const taken = this.#pairs.add(
      source,
      destination,
      port,
      protocol,
      at,
      durationMs,
      sentBytes,
      receivedBytes,
    );
    if (!taken) {
      this.#refused++;
      return false;
    }
    this.#flows++;
    if (flow.name !== undefined) this.#name(flow.destination, flow.name);
    return true;
  }

  /** Looks at everything; pairs that had no new flows since the last time cost next to nothing. */
  report(): HuntReport {
    const pairs = this.#pairs;
    for (let pair = 0; pair < pairs.size; pair++) {
      if (!pairs.changed(pair)) continue;
      this.#beacons.delete(pair);
      if (pairs.flows(pair) < FEWEST_TIMES) continue;
      const beacon = beaconOf(pairs.times(pair));
      if (beacon !== undefined && beacon.evidence > LEAST_EVIDENCE) this.#beacons.set(pair, beacon);
    }
    const judgement = judge({
      pairs,
      beacons: this.#beacons,
      names: this.#names,
      random: this.#options.random,
    });
    return {
      ...judgement,
      flows: this.#flows,
      refused: this.#refused,
      pairs: pairs.size,
      bytes: pairs.bytes,
      drift: this.#drift.observe(judgement.structure),
    };
  }

  /** Lets go of what was last seen before this. Returns how many pairs went. */
  forget(before: Timestamp): number {
    const gone = this.#pairs.forget(before);
    if (gone > 0) this.#beacons.clear();
    return gone;
  }

  /** Everything that it knows, as bytes for `restore` on a machine of the same byte order. */
  snapshot(): Uint8Array {
    const state: HunterState = {
      flows: this.#flows,
      refused: this.#refused,
      names: [...this.#names],
      drift: this.#drift.state(),
    };
    const header = Buffer.from(JSON.stringify(state));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    return Buffer.concat([length, header, this.#pairs.snapshot()]);
  }

  /** Undefined where it is no snapshot, or is damaged. */
  static restore(snapshot: Uint8Array, options: HuntOptions): Hunter | undefined {
    const bytes = Buffer.from(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
    const length = bytes.length < 4 ? LONGEST_HEADER : bytes.readUInt32LE();
    if (length >= LONGEST_HEADER || bytes.length < 4 + length) return undefined;
    const hunter = new Hunter(options);
    const pairs = PairTable.restore(bytes.subarray(4 + length), hunter.#options);
    if (pairs === undefined) return undefined;
    try {
      const state = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as HunterState;
      hunter.#flows = state.flows;
      hunter.#refused = state.refused;
      hunter.#names = new Map(state.names);
      hunter.#drift = Drift.restore(state.drift);
    } catch {
      return undefined;
    }
    hunter.#pairs = pairs;
    return hunter;
  }

  #intern(address: string, local: boolean | undefined): number {
    const { hosts } = this.#pairs;
    const family = parseAddressWords(address, words);
    const id =
      family === 4
        ? hosts.internIPv4(words[0] as number)
        : hosts.intern(words[0] as number, words[1] as number, words[2] as number, words[3] as number);
    if (local !== undefined) hosts.mark(id, local ? HOST.local : HOST.remote);
    return id;
  }

  #name(destination: string, name: string): void {
    this.#names.delete(destination);
    this.#names.set(destination, name);
    if (this.#names.size <= MOST_NAMES) return;
    const [oldest] = this.#names.keys();
    if (oldest !== undefined) this.#names.delete(oldest);
  }
}

interface HunterState {
  readonly flows: number;
  readonly refused: number;
  readonly names: readonly (readonly [string, string])[];
  readonly drift: DriftState;
}

const words = new Uint32Array(4);

/** The candidate at an address, the most suspicious port first; undefined where there is none. */
export function candidateAt(report: HuntReport, address: string): Candidate | undefined {
  return report.candidates.find((candidate) => candidate.address === address);
}
