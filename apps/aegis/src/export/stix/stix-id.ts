import { createHash } from 'node:crypto';

/** STIX 2.1 section 2.9: the namespace of the ids of cyber-observable objects. */
const OBSERVABLE_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';
/** Ours, for everything else: the same thing has the same id in every export. */
const AEGIS_NAMESPACE = '0d3f7c5e-4d1b-5b0a-9a55-2f6f0a3c1e74';

/** The id of an observable, from its contributing properties (section 2.9). */
export function observableId(type: string, contributing: object): string {
  return `${type}--${uuidV5(OBSERVABLE_NAMESPACE, canonicalJson(contributing))}`;
}

export function stixId(type: string, ...named: readonly string[]): string {
  return `${type}--${uuidV5(AEGIS_NAMESPACE, JSON.stringify([type, ...named]))}`;
}

/** RFC 8785: names in the order of their UTF-16 code units, everything else as ECMAScript writes it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** RFC 9562 section 5.5. */
function uuidV5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name);
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
