import { createDecipheriv, createSecretKey, type KeyObject, verify } from 'node:crypto';
import { Result, type Timestamp } from '@aegis/model';
import type { Credentials } from './credentials.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import {
  additionalData,
  CIPHER,
  FRAME_VERSION,
  NONCE_BYTES,
  SIGNATURE_DIGEST,
  signedBytes,
  TAG_BYTES,
} from './frame.ts';
import { FRAME_ENVELOPES, FRAME_TEXT_LIMIT } from './limits.ts';
import type { Members } from './members.ts';
import type { Channel } from './message.ts';
import type { Membership } from './node-token.ts';
import type { Refusal } from './refusal.ts';
import type { RevocationList } from './revocation-list.ts';

/** A frame as the bus gave it. */
export interface ReceivedFrame {
  readonly channel: Channel;
  readonly text: string;
  /** When the bus took it, by the clock of the bus. */
  readonly at: Timestamp;
}

export interface OpenedFrame {
  readonly sender: Membership;
  readonly envelopes: readonly Envelope[];
  /** Envelopes that are none, or in the name of another node. */
  readonly refused: readonly Refusal[];
}

interface Unsealed {
  readonly token: string;
  readonly signature: Buffer;
  readonly list: Buffer;
}

/** What a frame was found to be, as long as nothing that this depends on has changed. */
interface Known {
  readonly text: string;
  readonly channel: Channel;
  readonly at: Timestamp;
  readonly revoked: RevocationList;
  readonly opened: Promise<Result<OpenedFrame, Refusal>>;
}

/** More would hold too much memory: a frame may be half a megabyte. */
const KNOWN_FRAMES = 16;
/** The end of a frame, most of it the tag, tells frames apart; what differs there too is opened twice, no more. */
const ENDING = 24;

/**
 * Opens frames of members. Whoever has no key of the mesh gets past nothing; whoever has one but not the private key
 * of a node does not speak for it.
 */
export class FrameOpener {
  readonly #mesh: string;
  /** By id. As objects: a key in bytes would be prepared anew for every frame, which costs more than to decrypt it. */
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #members: Members;
  /** By their endings. The same frame comes again when a subscription reads what it has heard. */
  readonly #opened = new Map<string, Known>();

  constructor(credentials: Pick<Credentials, 'mesh' | 'keys'>, members: Members) {
    this.#mesh = credentials.mesh;
    this.#keys = new Map(credentials.keys.map(({ id, secret }) => [id, createSecretKey(secret)]));
    this.#members = members;
  }

  open(frame: ReceivedFrame): Promise<Result<OpenedFrame, Refusal>> {
    const { channel, text, at } = frame;
    const { revoked } = this.#members;
    const ending = text.slice(-ENDING);
    const known = this.#opened.get(ending);
    const isSame = known?.text === text && known.at === at && known.channel === channel;
    if (isSame && known.revoked === revoked) return known.opened;
    const opened = this.#open(frame);
    this.#opened.set(ending, { text, channel, at, revoked, opened });
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > KNOWN_FRAMES && oldest !== undefined) this.#opened.delete(oldest);
    return opened;
  }

  async #open({ channel, text, at }: ReceivedFrame): Promise<Result<OpenedFrame, Refusal>> {
    const unsealed = this.#unseal(channel, text);
    if (!unsealed.ok) return unsealed;
    const { token, signature, list } = unsealed.value;
    const holder = await this.#members.holderOf(token, at);
    if (!holder.ok) return holder;
    const { node, region, key } = holder.value;
    if (!verify(SIGNATURE_DIGEST, signedBytes(this.#mesh, channel, list), key, signature))
      return refuse('forged', `not signed by ${node}`, node);
    const values = parsedList(list);
    if (values === undefined) return refuse('malformed', 'no list of envelopes', node);
    const envelopes: Envelope[] = [];
    const refused: Refusal[] = [];
    for (const value of values) {
      const envelope = readEnvelope(value, channel);
      if (!envelope.ok) refused.push({ ...envelope.error, node });
      else if (envelope.value.source_node !== node || envelope.value.source_region !== region)
        refused.push({ kind: 'impostor', detail: `in the name of ${envelope.value.source_node}`, node });
      else envelopes.push(envelope.value);
    }
    return Result.ok({ sender: holder.value, envelopes, refused });
  }

  #unseal(channel: Channel, text: string): Result<Unsealed, Refusal> {
    if (text.length > FRAME_TEXT_LIMIT) return refuse('oversized', `${text.length} characters`);
    const [version, keyId = '', body = '', ...rest] = text.split('.', 4);
    if (version !== FRAME_VERSION || rest.length > 0) return refuse('malformed', 'no frame');
    const key = this.#keys.get(keyId);
    if (key === undefined) return refuse('unknown_key', `sealed with key ${keyId.slice(0, 16)}`);
    const bytes = Buffer.from(body, 'base64');
    if (bytes.length < NONCE_BYTES + TAG_BYTES + 4) return refuse('malformed', 'too short');
    try {
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(additionalData(keyId, this.#mesh, channel));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const inside = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      decipher.final();
      const tokenEnd = 2 + inside.readUInt16BE(0);
      const signatureEnd = tokenEnd + 2 + inside.readUInt16BE(tokenEnd);
      return Result.ok({
        token: inside.toString('latin1', 2, tokenEnd),
        signature: inside.subarray(tokenEnd + 2, signatureEnd),
        list: inside.subarray(signatureEnd),
      });
    } catch {
      return refuse('altered', 'it does not open with the key it names');
    }
  }
}

function refuse(kind: Refusal['kind'], detail: string, node?: string): Result<never, Refusal> {
  return Result.err({ kind, detail, ...(node === undefined ? {} : { node }) });
}

function parsedList(bytes: Buffer): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return Array.isArray(value) && value.length <= FRAME_ENVELOPES ? value : undefined;
  } catch {
    return undefined;
  }
}
