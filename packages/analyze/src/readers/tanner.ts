import { Result, type SessionInput } from '@aegis/model';
import { requiredAddress, requiredText } from './json-fields.ts';
import { parseJsonLine } from './json-line.ts';
import { type Reader, shareRead } from './reader.ts';

/**
 * TANNER's analysed sessions as JSON lines, in both spellings (`requests` or `paths`). Only the two fields
 * without which nothing can be said are checked here; the normalizer checks the rest.
 */
export function tannerReader(): Reader {
  const read: Reader['read'] = (line) => {
    if (line.trim() === '') return Result.ok(undefined);
    const parsed = parseJsonLine(line);
    if (!parsed.ok) return parsed;
    const id = requiredText(parsed.value, ['sess_uuid']);
    if (!id.ok) return id;
    const client = requiredAddress(parsed.value, ['peer_ip']);
    if (!client.ok) return client;
    // The other fields have the types of the interface only as far as the sender is honest: see SessionInput.
    const session = parsed.value as unknown as SessionInput;
    return Result.ok({
      kind: 'session',
      session: typeof session.sensor === 'string' ? session : { ...session, sensor: 'tanner' },
    });
  };
  return { format: 'tanner', read, recognise: (lines) => shareRead(read, lines) };
}
