import type { Api } from '../api/client.ts';
import type { Decision } from '../api/documents.ts';
import { DecisionBook } from './decision-book.ts';
import { followDecisions } from './follow-decisions.ts';

/** Changes within this time are shown together. */
const GATHER_MS = 250;

export type LiveState = 'connecting' | 'live' | 'lost';

/** The decisions in force, kept up with while the page can be seen. */
export class LiveDecisions {
  state: LiveState = $state('connecting');
  /** Newest first; undefined while they were never read. */
  list: readonly Decision[] | undefined = $state.raw(undefined);
  isMore: boolean = $state(false);
  /** Rises with each change that came live: what depends on decisions asks again then. */
  changes: number = $state(0);
  readonly #book: DecisionBook;
  readonly #api: Api;
  #watching: AbortController = new AbortController();
  #isGathering = false;

  constructor(api: Api) {
    this.#api = api;
    this.#book = new DecisionBook(api);
  }

  /** Until what it returns is called. A page that nobody sees holds no connection: a browser has few for a host. */
  start(): () => void {
    const watch = (): void => this.#watch();
    document.addEventListener('visibilitychange', watch);
    watch();
    return () => {
      document.removeEventListener('visibilitychange', watch);
      this.#watching.abort();
    };
  }

  async loadOlder(): Promise<void> {
    if (await this.#book.loadOlder()) this.#show();
  }

  #watch(): void {
    this.#watching.abort();
    if (document.hidden) return;
    this.#watching = new AbortController();
    this.state = 'connecting';
    void followDecisions(this.#api, {
      signal: this.#watching.signal,
      onReady: async () => {
        await this.#book.load();
        this.state = 'live';
        this.#show();
      },
      onChange: (kind, decision) => {
        this.#book.change(kind, decision);
        if (this.#isGathering) return;
        this.#isGathering = true;
        setTimeout(() => {
          this.#isGathering = false;
          this.changes++;
          this.#show();
        }, GATHER_MS);
      },
      onLost: () => {
        this.state = 'lost';
      },
    });
  }

  #show(): void {
    this.list = this.#book.inForce(Date.now());
    this.isMore = this.#book.isMore;
  }
}
