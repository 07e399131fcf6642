import { Address, Result } from '@aegis/model';
import type { HeaderOutcome } from './proxy-header.ts';

export const VERSION_ONE_START: Buffer = Buffer.from('PROXY ');
/** The longest line with its line break, as the protocol has it. */
const MAX_LINE_BYTES = 107;

/** A line such as `PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n`. */
export function readVersionOne(bytes: Buffer): HeaderOutcome {
  const end = bytes.indexOf('\r\n');
  const isWhole = end >= 0 && end + 2 <= MAX_LINE_BYTES;
  if (!isWhole) return bytes.length < MAX_LINE_BYTES ? Result.ok(undefined) : Result.err('oversized');
  const length = end + 2;
  const words = bytes.toString('latin1', VERSION_ONE_START.length, end).split(' ');
  // Whatever else such a line says, the sender does not vouch for it.
  if (words[0] === 'UNKNOWN') return Result.ok({ length });
  const [family, from = '', to = '', fromPort = '', toPort = ''] = words;
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : undefined;
  if (version === undefined || words.length !== 5 || !isPort(fromPort) || !isPort(toPort))
    return Result.err('malformed');
  const source = addressOf(from, version);
  if (source === undefined || addressOf(to, version) === undefined) return Result.err('malformed');
  return Result.ok({ length, source });
}

/** An IPv4-mapped address is written as IPv6 and is IPv4. */
function addressOf(text: string, version: 4 | 6): Address | undefined {
  if (text.includes(':') !== (version === 6)) return undefined;
  const parsed = Address.parse(text);
  return parsed.ok ? parsed.value : undefined;
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}
