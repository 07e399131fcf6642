import type { SessionInput } from '@aegis/model';
import type { Intake } from '../node/services.ts';
import { mistakesOf } from './check-input.ts';
import { SessionInputDocument } from './documents/session-input-document.ts';
import { parseJson } from './parse-json.ts';
import type { Line } from './read-lines.ts';

/** A line, or item of an array, that was not taken. */
export interface RejectedLine {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Sessions handed to the intake together, at most. */
const BATCH_SESSIONS = 500;
const BATCH_BYTES = 4 * 1_048_576;

/** Rejected lines that are named in an answer; further ones are counted. */
const MAX_REJECTED = 1_000;
const MAX_MESSAGE = 500;

/** Sorts good from bad and hands the good ones on in batches; holds one batch at most. */
export class SessionPush {
  readonly #intake: Intake;
  readonly #rejected: RejectedLine[] = [];
  #batch: SessionInput[] = [];
  #batchBytes = 0;
  #lastLine = 0;
  /** Durably accepted. */
  accepted = 0;
  rejectedCount = 0;
  /** The first line about which nothing is certain yet: where to go on after a failure. */
  nextLine = 1;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  get rejected(): readonly RejectedLine[] {
    return this.#rejected;
  }

  async addLine(line: Line): Promise<void> {
    if (line.kind === 'too_long') return this.#reject(line.number, 'the line is too long');
    const parsed = parseJson(line.bytes);
    if (parsed.ok) return this.add(line.number, parsed.value, line.bytes.length);
    const { what, column } = parsed.error;
    this.#reject(line.number, `${what} at column ${column}`);
  }

  async add(line: number, value: unknown, bytes: number): Promise<void> {
    const checked = SessionInputDocument.safeParse(value);
    if (!checked.success) {
      const mistakes = mistakesOf('session', checked.error);
      return this.#reject(line, mistakes.map(({ where, message }) => `${where}: ${message}`).join('; '));
    }
    this.#lastLine = line;
    // What was sent, not what the schema made of it: the analyzer wants every member as it came.
    this.#batch.push(value as SessionInput);
    this.#batchBytes += bytes;
    if (this.#batch.length >= BATCH_SESSIONS || this.#batchBytes >= BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#batch.length > 0) this.accepted += await this.#intake.accept(this.#batch);
    this.#batch = [];
    this.#batchBytes = 0;
    this.nextLine = this.#lastLine + 1;
  }

  #reject(line: number, message: string): void {
    this.#lastLine = line;
    this.rejectedCount++;
    if (this.#rejected.length < MAX_REJECTED)
      this.#rejected.push({ line, message: message.slice(0, MAX_MESSAGE) });
  }
}
