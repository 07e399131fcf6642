import type { PayloadPlace } from '../classify/payload-finding.ts';

/** A text to be classified, as the client sent it. */
export interface ExtractedPayload extends PayloadPlace {
  readonly text: string;
}

/** Fields of one query, body or set of headers that are looked at; a client that sends more hides in noise. */
export const MAX_FIELDS = 64;
