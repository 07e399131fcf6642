import {
  type Candidate,
  createFlowReader,
  detectFlowFormat,
  type Flow,
  type FlowFormat,
  Hunter,
  type HuntOptions,
  type HuntReport,
  unconfirmed,
} from '@aegis/hunt';
import { type Clock, type Prefix, Result } from '@aegis/model';
import { FlowJournal, type FlowText } from './flow-journal.ts';

export interface LiveHuntOptions extends HuntOptions {
  readonly folder: string;
  /** Flows are forgotten when the newest is this much later. */
  readonly windowMs: number;
  /** Never proposed. */
  readonly allowed: readonly Prefix[];
  readonly clock: Clock;
}

/** What became of a text of flows. */
export interface FlowsTaken {
  /** Kept: they survive a crash. */
  readonly taken: number;
  /** Whose time is an hour ahead and more, or too far from the others'. */
  readonly refused: number;
  /** Lines that could not be read: the first of them by number from 1, and how many. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
  readonly faultCount: number;
}

const FAULTS_TOLD = 20;
const HOUR_MS = 3_600_000;
/** A sensor's clock may be ahead by this; a flow from the future would push the past out of the window. */
const AHEAD_MS = HOUR_MS;
const MOST_TOLD = 10_000;
/** The word of the node's own sensors; who they are, their keys say. */
const OWN = 'own';

/** A hunt that goes on: flows come, are kept, and are looked at again and again. */
export class LiveHunt {
  readonly #options: LiveHuntOptions;
  readonly #journal: FlowJournal;
  #hunter: Hunter;
  #report: HuntReport | undefined;
  #newest = 0;
  /** By server: how many bots were told of, in powers of two, and in which hour. */
  readonly #told: Map<string, string> = new Map();

  constructor(options: LiveHuntOptions) {
    this.#options = options;
    this.#journal = new FlowJournal(options.folder);
    const { snapshot, texts } = this.#journal.read();
    const restored = snapshot === undefined ? undefined : Hunter.restore(snapshot, options);
    this.#hunter = restored ?? new Hunter(options);
    for (const text of texts) this.#add(readFlows(text).flows);
    this.#newest = Math.max(this.#newest, this.#hunter.report().to ?? 0);
  }

  /** Bytes that a crash would make it read again. */
  get unsaved(): number {
    return this.#journal.bytes;
  }

  get flows(): number {
    return this.#hunter.flows;
  }

  /** The last look; undefined before the first. */
  get report(): HuntReport | undefined {
    return this.#report;
  }

  /** The error is for whoever sent it. Throws what the file system throws; then nothing was taken. */
  take(text: string, asked?: FlowFormat): Result<FlowsTaken, string> {
    const format = asked ?? detectFlowFormat(text.slice(0, Math.max(0, text.indexOf('\n')) || undefined));
    if (format === undefined)
      return Result.err('no format of flows fits its first line; name one with "format"');
    const { flows, faults, faultCount } = readFlows({ format, text });
    if (flows.length > 0) this.#journal.append({ format, text });
    const taken = this.#add(flows);
    return Result.ok({ taken, refused: flows.length - taken, faults, faultCount });
  }

  /** Looks at everything. Answers with confirmed servers of which there is something new. */
  look(): readonly Candidate[] {
    this.#hunter.forget(this.#newest - this.#options.windowMs);
    const report = this.#hunter.report();
    this.#report = report;
    const { allowed } = this.#options;
    return report.candidates.filter((candidate) => {
      if (unconfirmed(candidate, { allowed, witnesses: [OWN], trusted: [OWN] }) !== undefined) return false;
      const { address, port, bots, lastSeen } = candidate;
      const server = `${address} ${port}`;
      const news = `${Math.ceil(Math.log2(bots.length + 1))} ${Math.floor(lastSeen / HOUR_MS)}`;
      if (this.#told.get(server) === news) return false;
      if (this.#told.size >= MOST_TOLD) this.#told.clear();
      this.#told.set(server, news);
      return true;
    });
  }

  save(): void {
    if (this.#journal.bytes > 0) this.#journal.replace(this.#hunter.snapshot());
  }

  close(): void {
    this.save();
    this.#journal.close();
  }

  #add(flows: readonly Flow[]): number {
    let taken = 0;
    const latest = this.#options.clock.now() + AHEAD_MS;
    for (const flow of flows) {
      if (flow.at > latest || !this.#hunter.add(flow)) continue;
      taken++;
      if (flow.at > this.#newest) this.#newest = flow.at;
    }
    return taken;
  }
}

interface FlowsRead {
  readonly flows: readonly Flow[];
  readonly faults: readonly { readonly line: number; readonly message: string }[];
  readonly faultCount: number;
}

function readFlows({ format, text }: FlowText): FlowsRead {
  const reader = createFlowReader(format);
  const flows: Flow[] = [];
  const faults: { line: number; message: string }[] = [];
  let faultCount = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const read = reader.read(line);
    if (read.ok) {
      if (read.value !== undefined) flows.push(read.value);
    } else if (faultCount++ < FAULTS_TOLD) faults.push({ line: index + 1, message: read.error.message });
  }
  return { flows, faults, faultCount };
}
