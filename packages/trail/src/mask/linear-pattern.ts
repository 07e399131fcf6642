import { AegisError } from '@aegis/model';
import { type PatternNode, type PatternRepeat, parsePattern } from './parse-pattern.ts';

/** A match is at most this long: the time for a text is then bounded by its length alone. */
const LONGEST_MATCH = 256;
/** Steps a compiled pattern may have. */
const MAX_STEPS = 512;

type Step =
  | { readonly kind: 'char'; readonly set: (code: number) => boolean }
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'match' };

/**
 * A regular expression that is run without backtracking (Thompson 1968), so that no text makes it slow: attackers
 * write the text. Of the matches at a place the longest counts. Takes what can be run so: letters, classes,
 * groups, alternatives and repetitions; no assertions, no references.
 */
export class LinearPattern {
  readonly #steps: Step[] = [];

  /** Throws AegisError `bad_pattern` for what cannot be run in linear time, matches the empty text or is too large. */
  constructor(pattern: RegExp) {
    if (/[^gisu]/.test(pattern.flags))
      throw new AegisError('bad_pattern', `${pattern}: of the flags only g, i, s and u are known`);
    const tree = parsePattern(pattern);
    this.#emit(tree, pattern);
    this.#steps.push({ kind: 'match' });
    if (this.#reach(new Set(), 0))
      throw new AegisError('bad_pattern', `${pattern} also matches nothing at all`);
  }

  /** Calls `found` for each match, in order, without overlap. */
  forEach(text: string, found: (from: number, to: number) => void): void {
    for (let at = 0; at < text.length; ) {
      const end = this.#longestAt(text, at);
      if (end > at) found(at, end);
      at = Math.max(end, at + 1);
    }
  }

  #longestAt(text: string, from: number): number {
    let states = new Set<number>();
    this.#reach(states, 0);
    let longest = from;
    const last = Math.min(text.length, from + LONGEST_MATCH);
    for (let at = from; at < last && states.size > 0; at++) {
      const code = text.charCodeAt(at);
      const next = new Set<number>();
      let isMatch = false;
      for (const state of states) {
        const step = this.#steps[state] as Step;
        if (step.kind === 'char' && step.set(code) && this.#reach(next, state + 1)) isMatch = true;
      }
      if (isMatch) longest = at + 1;
      states = next;
    }
    return longest;
  }

  /** Adds the steps that wait for a character; whether the end can be reached without one. */
  #reach(states: Set<number>, from: number): boolean {
    const waiting = [from];
    const seen = new Set<number>();
    let isMatch = false;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = this.#steps[at] as Step;
      if (step.kind === 'match') isMatch = true;
      else if (step.kind === 'split') waiting.push(...step.to);
      else states.add(at);
    }
    return isMatch;
  }

  #emit(node: PatternNode, pattern: RegExp): void {
    if (this.#steps.length > MAX_STEPS)
      throw new AegisError(
        'bad_pattern',
        `${pattern} is too large: its repetitions come to more than ${MAX_STEPS} steps`,
      );
    if (node.kind === 'char') this.#steps.push({ kind: 'char', set: node.set });
    else if (node.kind === 'repeat') this.#emitRepeat(node, pattern);
    else if (node.kind === 'choice') this.#emitChoice(node.items, pattern);
    else for (const each of node.items) this.#emit(each, pattern);
  }

  #emitChoice(items: readonly PatternNode[], pattern: RegExp): void {
    const split: number[] = [];
    this.#steps.push({ kind: 'split', to: split });
    const ends: number[][] = [];
    for (const each of items) {
      split.push(this.#steps.length);
      this.#emit(each, pattern);
      const end: number[] = [];
      ends.push(end);
      this.#steps.push({ kind: 'split', to: end });
    }
    for (const end of ends) end.push(this.#steps.length);
  }

  #emitRepeat({ item, min, max }: PatternRepeat, pattern: RegExp): void {
    for (let i = 0; i < min; i++) this.#emit(item, pattern);
    const skips: number[][] = [];
    const optional = max === Number.POSITIVE_INFINITY ? 1 : max - min;
    for (let i = 0; i < optional; i++) {
      const at = this.#steps.length;
      const to = [at + 1];
      this.#steps.push({ kind: 'split', to });
      skips.push(to);
      this.#emit(item, pattern);
      if (max === Number.POSITIVE_INFINITY) this.#steps.push({ kind: 'split', to: [at] });
    }
    for (const to of skips) to.push(this.#steps.length);
  }
}
