import { normalize } from '@aegis/analyze';
import { Result, type Session, type Timestamp } from '@aegis/model';

export interface DeliveryError {
  /** A closed vocabulary, for metrics. */
  readonly kind: 'not_json' | 'not_valid';
  readonly message: string;
}

/** From the text on the stream to a session, or the reason why it can never become one. */
export function parseDelivery(payload: string, receivedAt: Timestamp): Result<Session, DeliveryError> {
  let input: unknown;
  try {
    input = JSON.parse(payload);
  } catch (error) {
    return Result.err({ kind: 'not_json', message: error instanceof Error ? error.message : String(error) });
  }
  const normalized = normalize(input, { receivedAt });
  if (normalized.ok) return normalized;
  const { field, message } = normalized.error;
  return Result.err({ kind: 'not_valid', message: `${field}: ${message}` });
}
