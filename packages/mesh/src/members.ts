import { Result, type Timestamp } from '@aegis/model';
import type { JWK } from 'jose';
import { type Membership, TOKEN_LIMIT, verifyToken } from './node-token.ts';
import type { Refusal } from './refusal.ts';
import { NO_REVOCATIONS, type RevocationList } from './revocation-list.ts';

/** Tokens that were found good are kept; past this many the longest known goes. A mesh has fewer nodes. */
const MOST_KNOWN = 20_000;

/** Who may speak. A token is verified once and its expiry looked at every time. */
export class Members {
  readonly #mesh: string;
  readonly #authorities: readonly JWK[];
  readonly #known = new Map<string, Membership>();
  #revoked: RevocationList = NO_REVOCATIONS;

  constructor(mesh: string, authorities: readonly JWK[]) {
    this.#mesh = mesh;
    this.#authorities = authorities;
  }

  get revoked(): RevocationList {
    return this.#revoked;
  }

  /** False where the list is not newer than the one in force. */
  revoke(list: RevocationList): boolean {
    if (list.issued <= this.#revoked.issued) return false;
    this.#revoked = list;
    return true;
  }

  /** Who held this token at that time. Revoked is revoked, whatever the time. */
  async holderOf(token: string, at: Timestamp): Promise<Result<Membership, Refusal>> {
    if (token.length > TOKEN_LIMIT) return Result.err({ kind: 'bad_token', detail: 'it is too long' });
    let membership = this.#known.get(token);
    if (membership === undefined) {
      const verified = await verifyToken(token, this.#mesh, this.#authorities, at);
      if (!verified.ok) return verified;
      membership = verified.value;
      this.#remember(token, membership);
    }
    const { node, tokenId, expires } = membership;
    if (this.#revoked.tokenIds.has(tokenId)) {
      return Result.err({ kind: 'revoked', detail: `token ${tokenId} was revoked`, node });
    }
    return at < expires
      ? Result.ok(membership)
      : Result.err({ kind: 'expired_token', detail: `token ${tokenId} has expired`, node });
  }

  #remember(token: string, membership: Membership): void {
    this.#known.set(token, membership);
    if (this.#known.size <= MOST_KNOWN) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
