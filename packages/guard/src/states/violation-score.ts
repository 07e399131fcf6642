/** What is left of a violation score after some time. */
export function decayed(score: number, elapsedMs: number, halfLifeMs: number): number {
  if (elapsedMs <= 0) return score;
  const left = score * 2 ** (-elapsedMs / halfLifeMs);
  return left < 0.01 ? 0 : left;
}

/** How long until a score has fallen to a level, ms; 0 where it is not above it. */
export function timeUntil(score: number, level: number, halfLifeMs: number): number {
  return score <= level ? 0 : Math.ceil(halfLifeMs * Math.log2(score / level));
}
