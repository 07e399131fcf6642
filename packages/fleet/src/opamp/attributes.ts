import type { ProtoReader } from '@aegis/protobuf';

const LONGEST = 256;
const MOST = 64;

/** Adds one OpenTelemetry `KeyValue` as text to what is known. Lists and maps have no text and are left out. */
export function readAttributes(reader: ProtoReader, into: Record<string, string>): void {
  let key = '';
  let value: string | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.text().slice(0, LONGEST);
    else if (field === 2) value = readAnyValue(reader.message());
    else reader.skip();
  }
  if (value !== undefined && key !== '' && Object.keys(into).length < MOST)
    into[key] = value.slice(0, LONGEST);
}

function readAnyValue(reader: ProtoReader): string | undefined {
  let value: string | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) value = reader.text();
    else if (field === 2) value = String(reader.number() !== 0);
    else if (field === 3) value = String(reader.number());
    else if (field === 4) value = String(reader.double());
    else reader.skip();
  }
  return value;
}
