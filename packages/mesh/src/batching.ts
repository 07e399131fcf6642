/** How what waits is sent. */
export interface BatchRule {
  /** That many go together at most, and at once. */
  readonly most: number;
  /** While sending goes on, what comes waits so long for company, ms. Raising it costs latency under load. */
  readonly windowMs: number;
}

export const BATCH_RULE: BatchRule = Object.freeze({ most: 100, windowMs: 3 });

/** How long to wait before sending, ms: not at all when nothing was sent just before, or enough has gathered. */
export function sendingDelay(waiting: number, sinceLastMs: number, rule: BatchRule = BATCH_RULE): number {
  return waiting >= rule.most ? 0 : Math.max(0, rule.windowMs - sinceLastMs);
}
