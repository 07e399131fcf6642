import { isRefusal } from '../cli/is-refusal.ts';
import type { ApiClient } from '../client/index.ts';
import type { Recording } from './recording.ts';

/** What the check endpoint says of everybody in the recording, held against the truth. */
export interface Verification {
  /** Attackers whose requests are now refused. */
  readonly refused: readonly string[];
  /** Attackers who may still come: they did too little to be sure. */
  readonly tolerated: readonly string[];
  /** Ordinary clients who pass. */
  readonly passing: readonly string[];
  /** Ordinary clients who are refused: each one a mistake. */
  readonly wronged: readonly string[];
}

/** Asks the check endpoint about each address, as a proxy would for its next request. */
export async function verify({ clients }: Recording, client: ApiClient): Promise<Verification> {
  const refused: string[] = [];
  const tolerated: string[] = [];
  const passing: string[] = [];
  const wronged: string[] = [];
  for (const [address, { kind }] of Object.entries(clients)) {
    const isRefused = isRefusal(await client.check({ address }));
    if (kind === 'attack') (isRefused ? refused : tolerated).push(address);
    else (isRefused ? wronged : passing).push(address);
  }
  return { refused, tolerated, passing, wronged };
}
