import { type GeoFacts, UNKNOWN_PLACE } from '@aegis/ports';
import { type DataSection, MAP, UINT16, UINT32, UTF8 } from './data-section.ts';

/** The members that publishers use, each with its place among the found ones. */
const NAMES = {
  country: 0,
  registered_country: 1,
  country_code: 2,
  continent: 3,
  continent_code: 4,
  autonomous_system_number: 5,
  autonomous_system_organization: 6,
  asn: 7,
  as_name: 8,
  name: 9,
  traits: 10,
} as const;
const KEYS: readonly (readonly { readonly name: Buffer; readonly place: number }[])[] = byLength(NAMES);
const PLACES: number = Object.keys(NAMES).length;
const ISO_CODE: Buffer = Buffer.from('iso_code');
const CODE: Buffer = Buffer.from('code');
const CONTROLS: RegExp = /^\s|\p{Cc}|\s$/u;
const LONGEST_NAME = 256;
const ABSENT = -1;

/**
 * What a record says of place and AS, in any of the layouts in use: GeoIP2, GeoLite2 and DB-IP (`country.iso_code`,
 * flat AS members, or those in `traits`), IPinfo (`country` or `country_code`, `asn` as `AS64496`). The country is
 * where the address is used, or where nobody knows that, where it is registered. Decodes only what it gives.
 */
export class RecordFacts {
  readonly #section: DataSection;
  readonly #found: Float64Array = new Float64Array(PLACES);
  /** Two-letter codes as strings, made once each. */
  readonly #codes: Map<number, string> = new Map();

  constructor(section: DataSection) {
    this.#section = section;
  }

  read(offset: number): GeoFacts {
    const found = this.#found;
    for (let place = 0; place < PLACES; place++) found[place] = ABSENT;
    this.#locate(offset);
    const traits = found[NAMES.traits] as number;
    // What is there already stands: members of a record go before those of its traits.
    if (traits !== ABSENT) this.#locate(traits);
    const country =
      this.#codeIn(NAMES.country, ISO_CODE) ??
      this.#code(found[NAMES.country_code] as number) ??
      this.#code(found[NAMES.country] as number) ??
      this.#codeIn(NAMES.registered_country, ISO_CODE);
    const continent =
      this.#codeIn(NAMES.continent, CODE) ??
      this.#code(found[NAMES.continent_code] as number) ??
      this.#code(found[NAMES.continent] as number);
    const as = this.#number(found[NAMES.autonomous_system_number] as number) ?? this.#asn();
    if (country === undefined && continent === undefined && as === undefined) return UNKNOWN_PLACE;
    const facts: { -readonly [K in keyof GeoFacts]: GeoFacts[K] } = {};
    if (country !== undefined) facts.country = country;
    if (continent !== undefined) facts.continent = continent;
    if (as === undefined) return facts;
    facts.as = as;
    const asName =
      this.#name(found[NAMES.autonomous_system_organization] as number) ??
      this.#name(found[NAMES.as_name] as number) ??
      // Only beside `asn` is `name` the operator's.
      (found[NAMES.asn] === ABSENT ? undefined : this.#name(found[NAMES.name] as number));
    if (asName !== undefined) facts.asName = asName;
    return facts;
  }

  /** Notes where the members of the map at an offset are, but for those found before. */
  #locate(offset: number): void {
    const section = this.#section;
    if (!section.follow(offset) || section.type !== MAP) return;
    let left = section.size;
    for (let at = section.body; left > 0 && at >= 0; left--) {
      if (!section.open(at)) return;
      const after = section.end;
      if (!section.follow(at)) return;
      const place = this.#placeOf();
      if (place !== ABSENT && this.#found[place] === ABSENT) this.#found[place] = after;
      at = section.skip(after);
    }
  }

  /** The place of the opened key. */
  #placeOf(): number {
    const { type, size } = this.#section;
    const candidates = type === UTF8 ? KEYS[size] : undefined;
    if (candidates === undefined) return ABSENT;
    for (const { name, place } of candidates) if (this.#is(name)) return place;
    return ABSENT;
  }

  /** Whether the opened text is this one. */
  #is(name: Buffer): boolean {
    const { bytes, start, body, size, type } = this.#section;
    if (type !== UTF8 || size !== name.length) return false;
    for (let i = 0; i < size; i++) if (bytes[start + body + i] !== name[i]) return false;
    return true;
  }

  /** The code under a key of the map in a place. */
  #codeIn(place: number, key: Buffer): string | undefined {
    const section = this.#section;
    const map = this.#found[place] as number;
    if (map === ABSENT || !section.follow(map) || section.type !== MAP) return undefined;
    let left = section.size;
    for (let at = section.body; left > 0 && at >= 0; left--) {
      if (!section.open(at)) return undefined;
      const after = section.end;
      if (section.follow(at) && this.#is(key)) return this.#code(after);
      at = section.skip(after);
    }
    return undefined;
  }

  #code(at: number): string | undefined {
    const section = this.#section;
    if (at === ABSENT || !section.follow(at) || section.type !== UTF8 || section.size !== 2) return undefined;
    const from = section.start + section.body;
    const first = upperCase(section.bytes[from] as number);
    const second = upperCase(section.bytes[from + 1] as number);
    if (first === 0 || second === 0) return undefined;
    const key = first * 256 + second;
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = String.fromCharCode(first, second);
      this.#codes.set(key, code);
    }
    return code;
  }

  #number(at: number): string | undefined {
    const section = this.#section;
    if (at === ABSENT || !section.follow(at)) return undefined;
    const { type, size, body, bytes, start } = section;
    if ((type !== UINT32 && type !== UINT16) || size === 0) return undefined;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (bytes[start + body + i] as number);
    return value === 0 ? undefined : String(value);
  }

  /** `AS64496` as a number. */
  #asn(): string | undefined {
    const at = this.#found[NAMES.asn] as number;
    const text = this.#text(at);
    if (text === undefined) return this.#number(at);
    const digits = /^(?:AS)?([1-9]\d{0,9})$/i.exec(text)?.[1];
    return digits !== undefined && Number(digits) <= 0xffff_ffff ? digits : undefined;
  }

  #name(at: number): string | undefined {
    const text = this.#text(at);
    if (text === undefined) return undefined;
    const name = CONTROLS.test(text) ? text.replace(/\p{Cc}+/gu, ' ').trim() : text;
    return name === '' ? undefined : name;
  }

  #text(at: number): string | undefined {
    const section = this.#section;
    if (at === ABSENT || !section.follow(at) || section.type !== UTF8) return undefined;
    const from = section.start + section.body;
    return section.bytes.toString('utf8', from, from + Math.min(section.size, LONGEST_NAME));
  }
}

/** The letter in upper case, 0 where it is none. */
function upperCase(byte: number): number {
  if (byte >= 65 && byte <= 90) return byte;
  return byte >= 97 && byte <= 122 ? byte - 32 : 0;
}

function byLength(names: Readonly<Record<string, number>>): { name: Buffer; place: number }[][] {
  const table: { name: Buffer; place: number }[][] = [];
  for (const [name, place] of Object.entries(names)) {
    table[name.length] ??= [];
    table[name.length]?.push({ name: Buffer.from(name), place });
  }
  return Array.from(table, (candidates) => candidates ?? []);
}
