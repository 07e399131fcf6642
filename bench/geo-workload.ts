import { type Encodable, writeMmdb } from '@aegis/geo-mmdb/testing';
import type { PrefixParts, Random } from '@aegis/model';

/** Two databases of the size and layout of GeoLite2-Country and GeoLite2-ASN. */
export interface GeoWorkload {
  readonly country: Buffer;
  readonly asn: Buffer;
  /** The networks that both know. */
  readonly networks: readonly PrefixParts[];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LANGUAGES = ['de', 'en', 'es', 'fr', 'ja', 'pt-BR', 'ru', 'zh-CN'];
const COUNTRIES = 250;
const ASES = 75_000;

/** IPv4 networks of 8 to 24 bits all over the address space, as many as are announced. */
export function geoWorkload(count: number, random: Random): GeoWorkload {
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const networks: PrefixParts[] = [];
  // One after the other with gaps, so that none holds another.
  for (let at = 0x0100_0000; networks.length < count && at < 0xdf00_0000; ) {
    const length = random.next() < 0.6 ? 24 : 16 + below(8);
    const size = 2 ** (32 - length);
    at = Math.ceil(at / size) * size;
    networks.push({ family: 4, words: [at, 0, 0, 0], length });
    at += size * (random.next() < 0.3 ? 1 + below(8) : 1);
  }
  const countries = Array.from({ length: COUNTRIES }, (_, i) => countryRecord(i));
  const ases = Array.from({ length: ASES }, (_, i) => asRecord(i, below));
  const database = (type: string, records: readonly Encodable[]): Buffer =>
    writeMmdb({
      type,
      recordSize: 24,
      entries: networks.map((prefix) => ({ prefix, record: records[below(records.length)] as Encodable })),
    });
  return { country: database('Country', countries), asn: database('ASN', ases), networks };
}

function countryRecord(index: number): Encodable {
  const code = `${LETTERS[index % 26]}${LETTERS[Math.floor(index / 26)]}`;
  const names = Object.fromEntries(LANGUAGES.map((language) => [language, `Country ${code} in ${language}`]));
  const country = { geoname_id: 1_000_000 + index, iso_code: code, names };
  const continent = {
    code: ['AF', 'AS', 'EU', 'NA', 'OC', 'SA'][index % 6] as string,
    geoname_id: index,
    names,
  };
  return { continent, country, registered_country: country };
}

function asRecord(index: number, below: (limit: number) => number): Encodable {
  return {
    autonomous_system_number: index + 1,
    autonomous_system_organization: `Operator ${index} ${LETTERS.slice(0, below(26))} Ltd`,
  };
}
