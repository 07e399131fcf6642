export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next one begins; none after the last. */
  readonly next?: string | undefined;
}

/** What is held at most. */
const CAPACITY = 200_000;

/** Rows that are read page by page, as they are scrolled to. */
export class Pages<Row> {
  rows: readonly Row[] | undefined = $state.raw(undefined);
  problem: Error | undefined = $state.raw(undefined);
  isMore: boolean = $state(false);
  readonly #read: (cursor: string | undefined) => Promise<Page<Row>>;
  #cursor: string | undefined;
  #turn = 0;
  #isReading = false;

  constructor(read: (cursor: string | undefined) => Promise<Page<Row>>) {
    this.#read = read;
  }

  /** The first page, in place of all there are. */
  async first(): Promise<void> {
    await this.#take(undefined, () => []);
  }

  async more(): Promise<void> {
    if (!this.#isReading && this.#cursor !== undefined) await this.#take(this.#cursor, () => this.rows ?? []);
  }

  async #take(cursor: string | undefined, before: () => readonly Row[]): Promise<void> {
    const turn = ++this.#turn;
    this.#isReading = true;
    try {
      const { rows, next } = await this.#read(cursor);
      if (turn !== this.#turn) return;
      this.rows = [...before(), ...rows];
      this.#cursor = this.rows.length < CAPACITY ? next : undefined;
      this.isMore = this.#cursor !== undefined;
      this.problem = undefined;
    } catch (fault) {
      if (turn === this.#turn) this.problem = fault instanceof Error ? fault : new Error(String(fault));
    } finally {
      if (turn === this.#turn) this.#isReading = false;
    }
  }
}
