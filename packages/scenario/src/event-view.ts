import type { Field } from './field.ts';
import { type FieldValue, fieldOf, type Sighting } from './field-value.ts';
import { WordSearch } from './word-search.ts';

/** Of a field, lower-cased text looked at; more tells nothing more. */
const TEXT_LENGTH = 65_536;

/** All words that rules look for in one field, searched for together and once an event. */
class FieldWords {
  readonly #ids = new Map<string, number>();
  #search: WordSearch | undefined;
  /** By word, the number of the event it was last found in. */
  #foundIn = new Uint32Array(0);

  idOf(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    this.#search = undefined;
    this.#ids.set(word, this.#ids.size);
    return this.#ids.size - 1;
  }

  look(texts: readonly string[], event: number): void {
    if (this.#search === undefined) {
      this.#search = new WordSearch([...this.#ids.keys()]);
      this.#foundIn = new Uint32Array(this.#ids.size);
    }
    const foundIn = this.#foundIn;
    for (const text of texts)
      this.#search.search(text, (id) => {
        foundIn[id] = event;
      });
  }

  has(id: number, event: number): boolean {
    return this.#foundIn[id] === event;
  }
}

interface Seen {
  event: number;
  value: FieldValue;
  texts: readonly string[];
  /** The event in which its words were searched for. */
  searched: number;
  readonly words: FieldWords;
}

/** The event at hand as rules see it: each field is worked out once and only where a rule asks. */
export class EventView {
  #sighting: Sighting | undefined;
  /** Counts events; 0 is none. Wraps after 2^32, when a stale entry could match: entries are that old then. */
  #event = 0;
  readonly #fields = new Map<Field, Seen>();

  show(sighting: Sighting): void {
    this.#sighting = sighting;
    this.#event = (this.#event + 1) >>> 0 || 1;
  }

  value(field: Field): FieldValue {
    return this.#seen(field).value;
  }

  /** Lower case; several for a list, none where the event lacks the field. */
  texts(field: Field): readonly string[] {
    return this.#seen(field).texts;
  }

  /** A handle for {@link contains}. */
  wordId(field: Field, word: string): number {
    return this.#entry(field).words.idOf(word);
  }

  contains(field: Field, wordIds: readonly number[]): boolean {
    const seen = this.#seen(field);
    if (seen.searched !== this.#event) {
      seen.searched = this.#event;
      seen.words.look(seen.texts, this.#event);
    }
    for (const id of wordIds) if (seen.words.has(id, this.#event)) return true;
    return false;
  }

  #entry(field: Field): Seen {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const seen: Seen = { event: 0, value: undefined, texts: [], searched: 0, words: new FieldWords() };
    this.#fields.set(field, seen);
    return seen;
  }

  #seen(field: Field): Seen {
    const seen = this.#entry(field);
    if (seen.event === this.#event || this.#sighting === undefined) return seen;
    seen.event = this.#event;
    seen.value = fieldOf(this.#sighting, field);
    seen.texts =
      seen.value === undefined ? [] : (Array.isArray(seen.value) ? seen.value : [seen.value]).map(lowered);
    return seen;
  }
}

function lowered(value: string | number | boolean): string {
  return String(value).slice(0, TEXT_LENGTH).toLowerCase();
}
