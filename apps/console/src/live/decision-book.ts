import { type Api, given } from '../api/client.ts';
import type { Decision } from '../api/documents.ts';
import type { ChangeKind } from './follow-decisions.ts';

/** The API's largest page. */
const PAGE = 500;
/** What is held at most: some 500 bytes each. */
const CAPACITY = 200_000;

/** The decisions in force, newest first: the newest page read at once, older ones as they are asked for. */
export class DecisionBook {
  readonly #api: Api;
  #byId: Map<string, Decision> = new Map();
  #cursor: string | undefined;
  #isReading = false;
  #isRead = false;

  constructor(api: Api) {
    this.#api = api;
  }

  /** False while the list was never read. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Whether there are older ones that were not read. */
  get isMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Begins anew. */
  async load(): Promise<void> {
    this.#isReading = true;
    try {
      const page = await this.#page(undefined);
      this.#byId = new Map(page.map((decision) => [decision.id, decision]));
      this.#isRead = true;
    } finally {
      this.#isReading = false;
    }
  }

  /** The next older page; false where there is none, or one is on its way. */
  async loadOlder(): Promise<boolean> {
    if (this.#isReading || this.#cursor === undefined || this.#byId.size >= CAPACITY) return false;
    this.#isReading = true;
    try {
      for (const decision of await this.#page(this.#cursor)) this.#byId.set(decision.id, decision);
      return true;
    } finally {
      this.#isReading = false;
    }
  }

  /** Takes a change in; one that is already known makes no difference. */
  change(kind: ChangeKind, decision: Decision): void {
    if (kind === 'lifted') this.#byId.delete(decision.id);
    else if (this.#byId.size < CAPACITY) this.#byId.set(decision.id, decision);
  }

  /** Those that have not ended by `now` (ms), newest first. */
  inForce(now: number): readonly Decision[] {
    return [...this.#byId.values()]
      .filter(({ expires }) => Date.parse(expires) > now)
      .sort((a, b) => b.created.localeCompare(a.created) || b.id.localeCompare(a.id));
  }

  async #page(cursor: string | undefined): Promise<readonly Decision[]> {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { decisions, next } = await given(this.#api.GET('/v1/decisions', { params: { query } }));
    this.#cursor = next;
    return decisions.map(({ decision }) => decision);
  }
}
