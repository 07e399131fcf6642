import { Result } from '@aegis/model';
import {
  type KeptEntry,
  type KeptItem,
  parseVerifier,
  type Verification,
  type Verifier,
  verifyTrail,
} from '@aegis/trail';
import type { TrailReader } from './trail-reader.ts';

/**
 * A trail as lines of JSON: one with the public key, one an entry, one a checkpoint, in the order in which they were
 * made. Everything that is needed to verify it, and nothing else.
 */
export async function* exportLines(reader: TrailReader): AsyncGenerator<string> {
  yield JSON.stringify({ trail: 1, public_key: reader.publicKey });
  for await (const item of reader.items()) {
    if (typeof item === 'string') yield JSON.stringify({ checkpoint: item });
    else yield JSON.stringify(entryDocument(item));
  }
}

function entryDocument({ index, at, hash, treeHash, body }: KeptEntry): Record<string, unknown> {
  const tree =
    treeHash !== undefined && Buffer.compare(hash, treeHash) !== 0 ? { tree: base64(treeHash) } : {};
  return { index, at, hash: base64(hash), ...tree, ...(body === undefined ? {} : { body }) };
}

export interface ExportedTrail {
  readonly verifier: Verifier;
  readonly verification: Verification;
}

/**
 * Verifies exported lines with nothing else at hand. The key is the given one: the one in the export is believed
 * only where none is given, and then says no more than that the export agrees with itself.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  given: Verifier | undefined,
  copies: readonly string[],
): Promise<Result<ExportedTrail, { readonly message: string }>> {
  const source = lines[Symbol.asyncIterator]();
  const first = parsed((await source.next()).value as string | undefined);
  if (first?.trail !== 1 || typeof first.public_key !== 'string')
    return Result.err({ message: 'line 1: not an exported trail; make one with "aegis audit export"' });
  const own = parseVerifier(first.public_key);
  const verifier = given ?? (own.ok ? own.value : undefined);
  if (verifier === undefined) return Result.err({ message: `line 1: ${own.ok ? '' : own.error.message}` });
  let wrong: string | undefined;
  async function* items(): AsyncGenerator<KeptItem> {
    let number = 1;
    for (let next = await source.next(); !next.done; next = await source.next()) {
      number++;
      const line = parsed(next.value);
      const item = typeof line?.checkpoint === 'string' ? line.checkpoint : line && entryOf(line);
      if (item !== undefined) yield item;
      else if (next.value !== '') {
        wrong ??= `line ${number} is neither an entry nor a checkpoint`;
        return;
      }
    }
  }
  const verification = await verifyTrail({ items: items(), copies }, verifier);
  return wrong === undefined ? Result.ok({ verifier, verification }) : Result.err({ message: wrong });
}

function entryOf(line: Readonly<Record<string, unknown>>): KeptEntry | undefined {
  const { index, at, hash, tree, body } = line;
  if (typeof index !== 'number' || typeof at !== 'number' || typeof hash !== 'string') return undefined;
  return {
    ...{ index, at, hash: Buffer.from(hash, 'base64') },
    ...(typeof tree === 'string' ? { treeHash: Buffer.from(tree, 'base64') } : {}),
    ...(typeof body === 'string' ? { body } : {}),
  };
}

function parsed(line: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
