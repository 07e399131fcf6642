import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LiveIndicator, LiveIndicators } from '@aegis/indicators';
import type { Scope } from '@aegis/model';

export type LiveStep =
  | { readonly put: LiveIndicator }
  | { readonly remove: { readonly scope: Scope; readonly value: string } };

/** Lines that may be out of date before the file is written anew. */
const SLACK = 10_000;

/** What a live feed holds, on disk: a line for each step, so that a restart knows what Redis was told is kept. */
export class LiveJournal {
  readonly #path: string;
  #file: number;
  #lines = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    this.#path = join(folder, 'live.jsonl');
    this.#file = openSync(this.#path, 'a', 0o640);
  }

  /** Takes the steps that were kept; a last line that was cut off by a crash was never acknowledged. */
  restore(indicators: LiveIndicators): void {
    const text = existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : '';
    for (const line of text.split('\n').slice(0, -1)) {
      const step = stepOf(line);
      if (step === undefined) continue;
      if ('put' in step) indicators.put(step.put);
      else indicators.remove(step.remove.scope, step.remove.value);
    }
    this.#rewrite(indicators);
  }

  /** On disk when it returns. */
  append(steps: readonly LiveStep[], indicators: LiveIndicators): void {
    if (this.#lines > 2 * indicators.size + SLACK) this.#rewrite(indicators);
    writeSync(this.#file, steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
    fsyncSync(this.#file);
    this.#lines += steps.length;
  }

  close(): void {
    closeSync(this.#file);
  }

  #rewrite(indicators: LiveIndicators): void {
    const next = openSync(`${this.#path}.next`, 'w', 0o640);
    this.#lines = 0;
    for (const put of indicators.indicators()) {
      writeSync(next, `${JSON.stringify({ put })}\n`);
      this.#lines++;
    }
    fsyncSync(next);
    renameSync(`${this.#path}.next`, this.#path);
    closeSync(this.#file);
    this.#file = next;
  }
}

function stepOf(line: string): LiveStep | undefined {
  try {
    return JSON.parse(line) as LiveStep;
  } catch {
    return undefined;
  }
}
