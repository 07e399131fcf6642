import type { Clock } from '@aegis/model';

const WINDOW_MS = 60_000;
const SAME_TEXT = 5;
/** Texts that are remembered of one member. */
const REMEMBERED = 20;

/** This server's own idea of spam: one member who says the same thing again and again. */
export class Repetition {
  readonly #clock: Clock;
  readonly #said: Map<string, { readonly text: string; readonly at: number }[]> = new Map();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this makes it spam; then counting starts anew. */
  isSpam(user: string, text: string): boolean {
    const now = this.#clock.monotonic();
    const recent = (this.#said.get(user) ?? [])
      .filter(({ at }) => now - at < WINDOW_MS)
      .slice(1 - REMEMBERED);
    recent.push({ text, at: now });
    const isSpam = recent.filter((each) => each.text === text).length >= SAME_TEXT;
    this.#said.set(user, isSpam ? [] : recent);
    return isSpam;
  }
}
