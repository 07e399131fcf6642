/** The field of messages that Aegis writes. */
export const PAYLOAD_FIELD = 'data';

/** A message of the stream: names and values in turn, as Redis has them. */
export type Fields = readonly string[];

/**
 * The JSON text of a message, whoever wrote it:
 * - one field, of any name: its value;
 * - the session itself as fields (there is a `sess_uuid`): an object of them, where values that are JSON objects
 *   or arrays count as such and all others as text;
 * - several fields of which one alone looks like a JSON object: that one (`data`, `session`, `payload`, `json` ...);
 * - anything else: an object of the fields, for the normalizer to refuse.
 */
export function payloadOf(fields: Fields): string {
  if (fields.length === 2) return fields[1] as string;
  const pairs = Array.from(
    { length: fields.length / 2 },
    (_, i) => [fields[2 * i], fields[2 * i + 1]] as [name: string, value: string],
  );
  if (!pairs.some(([name]) => name === 'sess_uuid')) {
    const objects = pairs.filter(([, value]) => value.trimStart().startsWith('{'));
    const [only] = objects;
    if (only !== undefined && objects.length === 1) return only[1];
  }
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(',')}}`;
}

function jsonOf(value: string): string {
  if (/^\s*[[{]/.test(value)) {
    try {
      JSON.parse(value);
      return value;
    } catch {
      // Text that only begins like JSON.
    }
  }
  return JSON.stringify(value);
}
