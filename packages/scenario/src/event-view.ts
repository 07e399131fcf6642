import type { Field } from './field.ts';
import { type FieldValue, fieldOf, type Sighting } from './field-value.ts';
import { WordSearch } from './word-search.ts';

/** Of a field, lower-cased text looked at; more tells nothing more. */
const TEXT_LENGTH = 65_536;

/** The event at hand as rules see it: each field is worked out once and only where a rule asks. */
export class EventView {
  #sighting: Sighting | undefined;
  /** Counts events; 0 is none. After 2^32 it begins anew: a field would have to rest for just that long to mislead. */
  #event = 0;
  readonly #fields = new Map<Field, FieldView>();

  show(sighting: Sighting): void {
    this.#sighting = sighting;
    this.#event = (this.#event + 1) >>> 0 || 1;
  }

  get sighting(): Sighting | undefined {
    return this.#sighting;
  }

  get event(): number {
    return this.#event;
  }

  /** The same for every rule that asks about this field. */
  field(name: Field): FieldView {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const field = new FieldView(this, name);
    this.#fields.set(name, field);
    return field;
  }
}

/** One field of the event at hand. */
export class FieldView {
  readonly #view: EventView;
  readonly #name: Field;
  /** The events for which there is a value, texts, and found words. */
  #valueOf = 0;
  #textsOf = 0;
  #wordsOf = 0;
  #value: FieldValue;
  #texts: readonly string[] = [];
  readonly #wordIds = new Map<string, number>();
  #search: WordSearch | undefined;
  /** By word, the event it was last found in. */
  #foundIn = new Uint32Array(0);

  constructor(view: EventView, name: Field) {
    this.#view = view;
    this.#name = name;
  }

  /** Undefined where the event has no such field. */
  get value(): FieldValue {
    const { event, sighting } = this.#view;
    if (this.#valueOf !== event && sighting !== undefined) {
      this.#valueOf = event;
      this.#value = fieldOf(sighting, this.#name);
    }
    return this.#value;
  }

  /** Lower case; several for a list, none where the event lacks the field. */
  get texts(): readonly string[] {
    const { value } = this;
    if (this.#textsOf !== this.#valueOf) {
      this.#textsOf = this.#valueOf;
      if (value === undefined) this.#texts = [];
      else if (typeof value === 'object') this.#texts = value.map(lowered);
      else this.#texts = [lowered(value)];
    }
    return this.#texts;
  }

  /** A handle for {@link contains}. */
  wordId(word: string): number {
    const known = this.#wordIds.get(word);
    if (known !== undefined) return known;
    this.#search = undefined;
    this.#wordIds.set(word, this.#wordIds.size);
    return this.#wordIds.size - 1;
  }

  /** Whether at least one of the words is in it. All words of all rules are searched for together, once an event. */
  contains(wordIds: readonly number[]): boolean {
    const { event } = this.#view;
    if (this.#wordsOf !== event) {
      this.#wordsOf = event;
      this.#look(event);
    }
    for (const id of wordIds) if (this.#foundIn[id] === event) return true;
    return false;
  }

  #look(event: number): void {
    if (this.#search === undefined) {
      this.#search = new WordSearch([...this.#wordIds.keys()]);
      this.#foundIn = new Uint32Array(this.#wordIds.size);
    }
    const foundIn = this.#foundIn;
    for (const text of this.texts)
      this.#search.search(text, (id) => {
        foundIn[id] = event;
      });
  }
}

function lowered(value: string | number | boolean): string {
  return String(value).slice(0, TEXT_LENGTH).toLowerCase();
}
