import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, Prefix, silentLogger } from '@aegis/model';
import { geoConformance } from '@aegis/ports/conformance';
import { openMmdbGeo } from './mmdb-geo.ts';
import { type Encodable, writeMmdb } from './testing/write-mmdb.ts';

let folder = '';
const path = (): string => join(folder, 'geo.mmdb');

function write(records: Readonly<Record<string, Encodable>>): void {
  const entries = Object.entries(records).map(([prefix, record]) => ({
    prefix: Prefix.parts(prefix as Prefix),
    record,
  }));
  writeFileSync(`${path()}.new`, writeMmdb({ type: 'Conformance', entries }));
  renameSync(`${path()}.new`, path());
}

geoConformance('mmdb', {
  facts: {
    '192.0.2.1': { country: 'DE', continent: 'EU', as: '64496', asName: 'Example Net' },
    '2001:db8::1': { country: 'JP', as: '4200000000' },
  },
  replaced: { '192.0.2.1': { country: 'FR' }, '2001:db8::1': {} },
  async open() {
    folder = mkdtempSync(join(tmpdir(), 'aegis-geo-'));
    write({
      '192.0.2.1/32': {
        continent: { code: 'EU' },
        country: { iso_code: 'DE', names: { en: 'Germany' } },
        traits: {
          autonomous_system_number: 64_496,
          autonomous_system_organization: 'Example Net',
        },
      },
      '2001:db8::/48': { country_code: 'jp', asn: 'AS4200000000' },
    });
    const limits = { cache: 16, maxBytes: 1e6 };
    return openMmdbGeo({ path: path(), ...limits, clock: new ManualClock(), logger: silentLogger });
  },
  replace: async () => write({ '192.0.2.1/32': { country: 'FR' } }),
  truncate: async () => truncateSync(path(), 1000),
  remove: async () => rmSync(path()),
  cleanup: async () => rmSync(folder, { recursive: true }),
});
