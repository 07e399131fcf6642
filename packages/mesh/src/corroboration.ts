import type { Timestamp } from '@aegis/model';

export interface CorroborationRules {
  /** The most that one node counts for, 0-100: above the least confidence of a decision it decides alone. */
  readonly mostOfOne: number;
  /** Reports older than this count no more, ms. */
  readonly windowMs: number;
  /** Indicators at once; past it the one that was first heard of goes. */
  readonly most: number;
}

export interface Corroborated {
  /** 0-100. */
  readonly confidence: number;
  /** In order of their names. */
  readonly nodes: readonly string[];
}

interface Report {
  readonly confidence: number;
  readonly at: Timestamp;
}

/**
 * How sure several nodes are together: 1 - product of (1 - confidence), as of independent witnesses, each of whom
 * counts once and for at most `mostOfOne`. Repeating itself gains a node nothing; the highest it said counts.
 */
export class Corroboration {
  readonly #rules: CorroborationRules;
  readonly #indicators = new Map<string, Map<string, Report>>();

  constructor(rules: CorroborationRules) {
    this.#rules = rules;
  }

  /** What is known with this report. */
  report(indicator: string, node: string, confidence: number, at: Timestamp): Corroborated {
    const { windowMs, most } = this.#rules;
    let reports = this.#indicators.get(indicator);
    if (reports === undefined) {
      if (this.#indicators.size >= most) {
        const [oldest] = this.#indicators.keys();
        if (oldest !== undefined) this.#indicators.delete(oldest);
      }
      reports = new Map();
      this.#indicators.set(indicator, reports);
    }
    for (const [each, { at: then }] of reports) if (then <= at - windowMs) reports.delete(each);
    const before = reports.get(node);
    if (before === undefined || before.confidence < confidence || before.at < at) {
      const highest = Math.max(confidence, before?.confidence ?? 0);
      reports.set(node, { confidence: highest, at: Math.max(at, before?.at ?? at) });
    }
    return this.#together(reports);
  }

  #together(reports: ReadonlyMap<string, Report>): Corroborated {
    let doubt = 1;
    for (const { confidence } of reports.values())
      doubt *= 1 - Math.min(Math.max(confidence, 0), this.#rules.mostOfOne) / 100;
    return { confidence: 100 * (1 - doubt), nodes: [...reports.keys()].sort() };
  }
}
