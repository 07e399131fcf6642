import type { Random } from '@aegis/model';
import type { CaseEvidence, CaseRecord } from '@aegis/ports';

/** What is kept of a client's violations, the newest. */
const EVIDENCE = 16;
/** Characters of a detail, and of an appeal. */
const DETAIL = 256;
const APPEAL = 4_000;

/**
 * Sanctions with their evidence, so that each can be contested and overturned. Bounded: the oldest case that
 * nobody contests goes first, then the oldest.
 */
export class CaseBook {
  readonly #random: Random;
  readonly #cases: Map<string, CaseRecord> = new Map();
  readonly #evidence: Map<string, CaseEvidence[]> = new Map();
  readonly #changed: Set<string> = new Set();
  readonly #forgotten: Set<string> = new Set();
  /** By user: the case that waits for an operator's word on a shadow ban. */
  readonly #asking: Map<string, string> = new Map();

  /** The ids must not be guessed by clients: whoever knows one may contest the case. */
  constructor(random: Random) {
    this.#random = random;
  }

  note(user: string, evidence: CaseEvidence, most: number): void {
    const noted = this.#evidence.get(user) ?? [];
    this.#evidence.delete(user);
    if (this.#evidence.size >= most) {
      const [oldest] = this.#evidence.keys();
      if (oldest !== undefined) this.#evidence.delete(oldest);
    }
    this.#evidence.set(user, [
      ...noted.slice(1 - EVIDENCE),
      { ...evidence, detail: evidence.detail.slice(0, DETAIL) },
    ]);
  }

  evidenceOf(user: string): readonly CaseEvidence[] {
    return this.#evidence.get(user) ?? [];
  }

  open(about: Omit<CaseRecord, 'id' | 'evidence' | 'status'>, most: number): CaseRecord {
    const record: CaseRecord = {
      ...about,
      id: `case-${this.#hex()}${this.#hex()}`,
      evidence: this.evidenceOf(about.user),
      status: 'open',
    };
    while (this.#cases.size >= most) this.#makeRoom();
    this.put(record);
    return record;
  }

  get(id: string): CaseRecord | undefined {
    return this.#cases.get(id);
  }

  /** Newest first. */
  list(): readonly CaseRecord[] {
    return [...this.#cases.values()].reverse();
  }

  isAsking(user: string): boolean {
    return this.#asking.has(user);
  }

  put(record: CaseRecord): void {
    this.#keep(record);
    this.#changed.add(record.id);
    this.#forgotten.delete(record.id);
  }

  /** From before a restart; no change. */
  restore(record: CaseRecord, most: number): void {
    if (this.#cases.size < most) this.#keep(record);
  }

  /** Undefined where there is no such case, or where it has been contested before. */
  appeal(id: string, text: string, at: number): CaseRecord | undefined {
    const record = this.#cases.get(id);
    if (record === undefined || record.status !== 'open') return undefined;
    const appealed: CaseRecord = {
      ...record,
      status: 'appealed',
      appeal: { text: text.slice(0, APPEAL), at },
    };
    this.put(appealed);
    return appealed;
  }

  drain(): { readonly changed: readonly CaseRecord[]; readonly forgotten: readonly string[] } {
    const changed = [...this.#changed].map((id) => this.#cases.get(id)).filter((each) => each !== undefined);
    const forgotten = [...this.#forgotten];
    this.#changed.clear();
    this.#forgotten.clear();
    return { changed, forgotten };
  }

  #keep(record: CaseRecord): void {
    this.#cases.set(record.id, record);
    if (record.asks) this.#asking.set(record.user, record.id);
    else if (this.#asking.get(record.user) === record.id) this.#asking.delete(record.user);
  }

  #makeRoom(): void {
    let [going] = this.#cases.keys();
    let looked = 0;
    for (const [id, { status }] of this.#cases) {
      if (status !== 'appealed') {
        going = id;
        break;
      }
      if (++looked === 1_000) break;
    }
    const record = going === undefined ? undefined : this.#cases.get(going);
    if (going === undefined || record === undefined) return;
    if (this.#asking.get(record.user) === going) this.#asking.delete(record.user);
    this.#cases.delete(going);
    this.#changed.delete(going);
    this.#forgotten.add(going);
  }

  #hex(): string {
    return Math.floor(this.#random.next() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  }
}
