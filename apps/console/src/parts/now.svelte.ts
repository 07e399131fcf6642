const EVERY_MS = 5_000;

/** The time of the reader's clock, every few seconds: spans on the page grow by themselves. */
class Now {
  ms: number = $state(Date.now());

  constructor() {
    setInterval(() => {
      if (!document.hidden) this.ms = Date.now();
    }, EVERY_MS);
  }
}

export const now: Now = new Now();
