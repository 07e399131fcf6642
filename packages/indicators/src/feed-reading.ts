import type { Scope } from '@aegis/model';
import { type Indicator, LONGEST_ABOUT } from './indicator.ts';
import { normaliseIndicator } from './normalise.ts';
import { csvList } from './parse/csv-list.ts';
import { DETECTION_SAMPLE, type Detected, detectFormat } from './parse/detect-format.ts';
import { dropJson } from './parse/drop-json.ts';
import { dropList } from './parse/drop-list.ts';
import type { ColumnRole, Details, FeedFormat, FeedParser, Findings } from './parse/feed-format.ts';
import { hostsFile } from './parse/hosts-file.ts';
import { ipsumList } from './parse/ipsum-list.ts';
import { mispEvents } from './parse/misp-events.ts';
import { plainList } from './parse/plain-list.ts';
import { stixObjects } from './parse/stix-objects.ts';

export interface FeedReadingOptions {
  /** Told from the beginning of the text where absent. */
  readonly format?: FeedFormat;
  readonly columns?: readonly ColumnRole[];
  /** Takes an indicator, or says in a word of a closed vocabulary why not. */
  readonly take: (indicator: Indicator) => string | undefined;
}

/** An entry that was not used. */
export interface RefusedEntry {
  readonly line: number;
  readonly reason: string;
  /** Its beginning. */
  readonly text: string;
}

export interface FeedSummary {
  readonly format: FeedFormat | undefined;
  /** How the format was told, or why it could not be. */
  readonly why: string;
  readonly lines: number;
  /** Indicators that were taken, duplicates included. */
  readonly taken: number;
  /** Entries that could not be read: signs of a broken feed. */
  readonly unreadable: number;
  /** Entries that were read and not taken, such as protected addresses. */
  readonly declined: number;
  /** Both kinds by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first few of each reason. */
  readonly examples: readonly RefusedEntry[];
}

/** A line that is longer is a broken feed's; documents of one line are bounded by the size of the feed. */
const LONGEST_LINE = 1_048_576;
const EXAMPLES_A_REASON = 3;
const LONGEST_EXAMPLE = 120;
const DOCUMENTS: readonly FeedFormat[] = ['stix', 'misp'];

/** Reads a feed as its text comes in, in pieces of any size. Total: whatever comes is taken or refused. */
export class FeedReading {
  readonly #options: FeedReadingOptions;
  readonly #reasons: Map<string, number> = new Map();
  readonly #examples: RefusedEntry[] = [];
  #parser: FeedParser | undefined;
  #detected: Detected | undefined;
  #failure: string | undefined;
  /** Text of a line that has not ended, in pieces: joining them at each write would take quadratic time. */
  #pieces: string[] = [];
  #held = 0;
  #line = 0;
  #taken = 0;
  #unreadable = 0;
  #declined = 0;

  constructor(options: FeedReadingOptions) {
    this.#options = options;
    if (options.format !== undefined) this.#begin({ format: options.format, why: 'as configured' });
  }

  /** Lines read so far. */
  get lines(): number {
    return this.#line;
  }

  write(text: string): void {
    if (this.#failure !== undefined) return;
    this.#pieces.push(text);
    this.#held += text.length;
    if (this.#parser === undefined && this.#held < DETECTION_SAMPLE) return;
    const first = this.#parser === undefined;
    if (this.#ready() && (first || text.includes('\n'))) this.#readLines();
    this.#bound();
  }

  end(): FeedSummary {
    if (this.#failure === undefined && this.#ready()) {
      this.#readLines();
      const last = this.#takeHeld();
      if (last !== '') this.#readLine(last);
      this.#parser?.end();
    }
    return {
      format: this.#detected?.format,
      why: this.#failure ?? this.#detected?.why ?? '',
      lines: this.#line,
      taken: this.#taken,
      unreadable: this.#unreadable,
      declined: this.#declined,
      reasons: Object.fromEntries([...this.#reasons].sort(([, a], [, b]) => b - a)),
      examples: this.#examples,
    };
  }

  /** Whether there is a parser, once the beginning has been seen. */
  #ready(): boolean {
    if (this.#parser !== undefined) return true;
    const text = this.#takeHeld();
    const detected = detectFormat(text);
    if (detected.ok) {
      this.#hold(text);
      this.#begin(detected.value);
    } else this.#failure = detected.error;
    return detected.ok;
  }

  #begin(detected: Detected): void {
    this.#detected = detected;
    this.#parser = parserFor(detected.format, this.#findings(), this.#options);
  }

  #findings(): Findings {
    return {
      found: (line, text, scope, details) => this.#found(line, text, scope, details),
      refused: (line, reason, text) => {
        this.#unreadable++;
        this.#refuse(line, reason, text);
      },
    };
  }

  #found(line: number, text: string, scope?: Scope, details: Details = {}): void {
    const named = normaliseIndicator(text, scope);
    if (!named.ok) {
      this.#unreadable++;
      this.#refuse(line, named.error, text);
      return;
    }
    const { about, ...rest } = details;
    const refused = this.#options.take({
      ...named.value,
      ...rest,
      ...(about === undefined ? {} : { about: about.slice(0, LONGEST_ABOUT) }),
    });
    if (refused === undefined) this.#taken++;
    else {
      this.#declined++;
      this.#refuse(line, refused, text);
    }
  }

  #refuse(line: number, reason: string, text: string): void {
    const count = this.#reasons.get(reason) ?? 0;
    this.#reasons.set(reason, count + 1);
    if (count < EXAMPLES_A_REASON)
      this.#examples.push({ line, reason, text: text.slice(0, LONGEST_EXAMPLE) });
  }

  #readLines(): void {
    const text = this.#takeHeld();
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const bare = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      this.#readLine(text.slice(start, bare));
      start = end + 1;
    }
    this.#hold(text.slice(start));
  }

  #bound(): void {
    const format = this.#detected?.format;
    if (this.#held <= LONGEST_LINE || format === undefined || DOCUMENTS.includes(format)) return;
    this.#failure = `line ${this.#line + 1} is longer than 1 MiB`;
    this.#takeHeld();
  }

  #hold(text: string): void {
    this.#pieces = text === '' ? [] : [text];
    this.#held = text.length;
  }

  #takeHeld(): string {
    const text = this.#pieces.join('');
    this.#hold('');
    return text;
  }

  #readLine(text: string): void {
    this.#line++;
    this.#parser?.line(this.#line === 1 ? text.replace(/^\ufeff/, '') : text, this.#line);
  }
}

function parserFor(format: FeedFormat, findings: Findings, { columns }: FeedReadingOptions): FeedParser {
  switch (format) {
    case 'plain':
      return plainList(findings);
    case 'csv':
      return csvList(findings, columns === undefined ? {} : { columns });
    case 'hosts':
      return hostsFile(findings);
    case 'drop':
      return dropList(findings);
    case 'drop_json':
      return dropJson(findings);
    case 'ipsum':
      return ipsumList(findings);
    case 'misp':
      return mispEvents(findings);
    case 'stix':
      return stixObjects(findings);
  }
}
