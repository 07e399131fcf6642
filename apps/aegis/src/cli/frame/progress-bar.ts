import type { Clock } from '@aegis/model';
import { displayWidth, truncate } from './display-width.ts';
import { formatCount, formatDuration, formatRate } from './format.ts';
import { styleFor } from './style.ts';
import type { TerminalStream } from './terminal.ts';

export interface ProgressOptions {
  /** Standard error: standard output may be JSON. */
  readonly stream: TerminalStream;
  readonly clock: Clock;
  /** What is going on: `replaying`. */
  readonly label: string;
  /** What is counted: `sessions`. */
  readonly unit: string;
  /** How many there will be, where that is known. */
  readonly total?: number;
}

const REDRAW_MS = 100;
const LINE_MS = 5_000;
const BAR_CELLS = 24;

/**
 * Progress for a person: on a terminal one line that is drawn anew, elsewhere a line now and then. It has no
 * timer: it draws when it is told of progress.
 */
export class ProgressBar {
  readonly #options: ProgressOptions;
  readonly #startedAt: number;
  #drawnAt: number;
  #done = 0;
  #total: number | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#total = options.total;
    this.#startedAt = options.clock.monotonic();
    // On a terminal at once, elsewhere first when there is something to tell.
    this.#drawnAt = options.stream.isTTY ? -Infinity : this.#startedAt;
  }

  /** How many are done by now, and how many there will be where that has become known. */
  update(done: number, total: number | undefined = this.#total): void {
    this.#done = done;
    this.#total = total;
    const { stream, clock } = this.#options;
    const now = clock.monotonic();
    if (now - this.#drawnAt < (stream.isTTY ? REDRAW_MS : LINE_MS)) return;
    this.#drawnAt = now;
    this.#draw(this.#line(now));
  }

  /** Draws the last state and leaves the line. Nothing may be updated after it. */
  finish(): void {
    const { stream, clock, label, unit } = this.#options;
    const now = clock.monotonic();
    const took = now - this.#startedAt;
    const rate = took > 0 ? ` (${formatRate((this.#done * 1000) / took)}/s)` : '';
    this.#draw(`${label}  ${formatCount(this.#done)} ${unit} in ${formatDuration(took)}${rate}`);
    if (stream.isTTY) stream.write('\n');
  }

  #draw(line: string): void {
    const { stream } = this.#options;
    stream.write(stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }

  #line(now: number): string {
    const { stream, label, unit } = this.#options;
    const total = this.#total;
    const took = now - this.#startedAt;
    const rate = took > 0 ? (this.#done * 1000) / took : 0;
    const speed = rate > 0 ? `${formatRate(rate)}/s` : '';
    if (total === undefined || total <= 0) {
      return truncate(
        [label, `${formatCount(this.#done)} ${unit}`, speed].filter(Boolean).join('  '),
        stream.columns - 1,
      );
    }
    const share = Math.min(1, this.#done / total);
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    const left = rate > 0 && share < 1 ? `${formatDuration(((total - this.#done) / rate) * 1000)} left` : '';
    const count = `${formatCount(this.#done)}/${formatCount(total)} ${unit}`;
    const words = [label, percent, count, speed, left].filter(Boolean).join('  ');
    const room = stream.columns - 1 - displayWidth(words) - 2;
    if (!stream.isTTY || room < BAR_CELLS) return truncate(words, stream.columns - 1);
    return words.replace(label, `${label}  ${this.#bar(share)}`);
  }

  #bar(share: number): string {
    const full = Math.round(share * BAR_CELLS);
    const style = styleFor(this.#options.stream.colour);
    return `${style.accent('━'.repeat(full))}${style.faint('─'.repeat(BAR_CELLS - full))}`;
  }
}
