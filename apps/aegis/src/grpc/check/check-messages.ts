import {
  AegisError,
  type CheckRequest,
  canonicalScopeValue,
  OUTCOMES,
  type Scope,
  type Verdict,
} from '@aegis/model';
import { ProtoReader, ProtoWriter } from '@aegis/protobuf';

/** Addresses of one message. */
const MAX_ADDRESSES = 10_000;
const MAX_TEXT = 2_048;

/** The fields of `aegis.check.v1.CheckRequest` after the address, by their number, and what each is checked as. */
const FIELDS: readonly (readonly [key: Exclude<keyof CheckRequest, 'address'>, scope: Scope] | undefined)[] =
  [
    undefined,
    undefined,
    ['userAgent', 'user_agent'],
    ['domain', 'domain'],
    ['url', 'url'],
    ['hash', 'hash'],
    ['ja3', 'ja3'],
    ['ja4', 'ja4'],
    ['session', 'session'],
    ['user', 'user'],
    ['country', 'country'],
    ['as', 'as'],
  ];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Throws AegisError `bad_message`. */
export function readCheckRequest(message: Buffer): CheckRequest {
  const reader = new ProtoReader(message);
  const request: Writable<CheckRequest> = { address: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    const known = FIELDS[field];
    if (field === 1) request.address = canonical('ip', reader.text());
    else if (known === undefined) reader.skip();
    else request[known[0]] = canonical(known[1], reader.text());
  }
  if (request.address === '') throw new AegisError('bad_message', 'the field address is needed');
  return request;
}

function canonical(scope: Scope, text: string): string {
  const value = text.length > MAX_TEXT ? undefined : canonicalScopeValue(scope, text);
  if (value?.ok === true) return value.value;
  throw new AegisError(
    'bad_message',
    value?.error.message ?? `a ${scope} has more than ${MAX_TEXT} characters`,
  );
}

/** As they are written: whoever is no address gets the verdict on an address that cannot be read. */
export function readAddresses(message: Buffer): readonly string[] {
  const reader = new ProtoReader(message);
  const addresses: string[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) {
      reader.skip();
      continue;
    }
    if (addresses.length === MAX_ADDRESSES)
      throw new AegisError('bad_message', `send at most ${MAX_ADDRESSES} addresses in one message`);
    addresses.push(reader.ascii());
  }
  return addresses;
}

export function writeVerdict(verdict: Verdict): Buffer {
  return verdictInto(new ProtoWriter(), verdict).finish();
}

export function writeVerdicts(verdicts: readonly Verdict[]): Buffer {
  const outcomes = Buffer.allocUnsafe(verdicts.length);
  const listed: number[] = [];
  verdicts.forEach(({ outcome }, index) => {
    outcomes[index] = OUTCOMES.indexOf(outcome);
    if (outcome !== 'none') listed.push(index);
  });
  const writer = new ProtoWriter(verdicts.length + 16).bytes(1, outcomes);
  for (const index of listed)
    writer.message(2, (entry) => {
      entry.number(1, index).message(2, (inner) => verdictInto(inner, verdicts[index] as Verdict));
    });
  return writer.finish();
}

function verdictInto(writer: ProtoWriter, verdict: Verdict): ProtoWriter {
  const { outcome, decision, reason, origin, scope, score, expires } = verdict;
  writer.number(1, OUTCOMES.indexOf(outcome));
  if (decision !== undefined) writer.text(2, decision);
  if (reason !== '') writer.text(3, reason);
  if (origin !== undefined) writer.text(4, origin);
  if (scope !== undefined) writer.text(5, scope);
  if (score !== 0) writer.double(6, score);
  if (expires !== undefined) writer.number(7, expires);
  return writer;
}
