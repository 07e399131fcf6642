import type { CommandContext } from '../frame/command-context.ts';
import { truncate } from '../frame/display-width.ts';
import { formatDuration, formatTime } from '../frame/format.ts';
import { printable } from '../frame/printable.ts';
import { type Style, styleFor } from '../frame/style.ts';
import type { TopFigures } from './top-figures.ts';
import { SORTS, topLines } from './top-lines.ts';

export interface LiveScreenOptions {
  readonly context: Pick<CommandContext, 'terminal' | 'keyboard' | 'clock'>;
  readonly everyMs: number;
  /** Cells a line at most. */
  readonly widest: number;
}

// ECMA-48, and the alternate screen of xterm: what was on the terminal before is there again afterwards.
const OPEN = '\u001b[?1049h\u001b[?25l';
const CLOSE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const END_OF_SCREEN = '\u001b[J';
const CTRL_C = '\u0003';

/** A page on the whole terminal that is drawn anew, and the keys that change it. */
export class LiveScreen {
  readonly #options: LiveScreenOptions;
  readonly #ended = new AbortController();
  readonly #style: Style;
  #figures: TopFigures | undefined;
  #shownAt = 0;
  #sort = 0;
  #isPaused = false;
  #trouble = '';
  #stopListening: () => void = () => {};

  constructor(options: LiveScreenOptions) {
    this.#options = options;
    this.#style = styleFor(options.context.terminal.stdout.colour);
  }

  /** Aborted when somebody wants to leave. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  open(): void {
    const { terminal, keyboard } = this.#options.context;
    terminal.stdout.write(OPEN);
    this.#stopListening = keyboard?.listen((key) => this.#press(key)) ?? this.#stopListening;
    this.#draw();
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.#stopListening();
    this.#options.context.terminal.stdout.write(CLOSE);
  }

  show(figures: TopFigures): void {
    this.#figures = figures;
    this.#shownAt = this.#options.context.clock.now();
    this.#trouble = '';
    this.#draw();
  }

  /** The node cannot be asked; what it said last stays. */
  trouble(why: string): void {
    this.#trouble = why;
    this.#draw();
  }

  #press(key: string): void {
    if (key === 'q' || key === CTRL_C) this.#ended.abort();
    else if (key === 'p' || key === ' ') this.#isPaused = !this.#isPaused;
    else if (key === 's') this.#sort = (this.#sort + 1) % SORTS.length;
    else return;
    if (!this.#ended.signal.aborted) this.#draw();
  }

  #draw(): void {
    const { stdout } = this.#options.context.terminal;
    const width = Math.min(stdout.columns, this.#options.widest);
    const lines = this.#lines(width);
    const room = Math.max(1, stdout.rows - 1);
    const shown = lines.length > room ? lines.slice(0, room) : lines;
    const foot = this.#style.faint(truncate(this.#foot(), width));
    const page = [...shown, ...Array.from({ length: room - shown.length }, () => ''), foot];
    stdout.write(`${HOME}${page.map((line) => `${line}${END_OF_LINE}`).join('\n')}${END_OF_SCREEN}`);
  }

  #lines(width: number): readonly string[] {
    const { bad, faint } = this.#style;
    const trouble =
      this.#trouble === '' ? [] : [bad(truncate(printable(`${this.#trouble}; trying again`), width))];
    if (this.#figures === undefined) return [...trouble, faint('looking ...')];
    const sort = SORTS[this.#sort] ?? 'sessions';
    return [...trouble, ...topLines(this.#figures, { width, style: this.#style, sort })];
  }

  #foot(): string {
    const when = this.#figures === undefined ? '' : `${formatTime(this.#shownAt)}  `;
    const state = this.#isPaused ? 'paused' : `every ${formatDuration(this.#options.everyMs)}`;
    return `${when}${state}   q quit  p pause  s sort`;
  }
}
