import { AegisError, type Clock } from '@aegis/model';
import type { Notification, Notifier } from '@aegis/ports';

export interface HttpNotifierOptions {
  /** As the operator wrote it; nothing else is ever asked, whatever the answer says. */
  readonly url: string;
  /** With which messages are signed; undefined: they are not. */
  readonly secret?: string;
  readonly clock: Clock;
}

/** What is posted. */
export interface Post {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is particular to one service. */
export interface HttpService {
  /** For messages to the operator: `Slack`. */
  readonly name: string;
  readonly post: (message: Notification, now: number) => Post;
  /** Why a message was not taken though the status is 200, in words; undefined where it was. */
  readonly complaint: (answer: string) => string | undefined;
}

const TIMEOUT_MS = 15_000;
/** Of an answer: more is not read. */
const MOST_BYTES = 16_384;
/** Statuses that say that the message is at fault, and not the place or the moment. */
const REFUSALS: ReadonlySet<number> = new Set([400, 406, 413, 415, 422]);

export function openHttpNotifier(service: HttpService, clock: Clock): Notifier {
  const closing = new AbortController();
  const away = (why: string, cause?: unknown): AegisError =>
    new AegisError('notifier_unavailable', `${service.name}: ${why}`, { cause });
  return {
    async send(message) {
      const { url, headers, body } = service.post(message, clock.now());
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      let status: number;
      let answer: string;
      try {
        signal.throwIfAborted();
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'aegis', ...headers },
          body,
          // Who answers does not choose where this program connects to.
          redirect: 'manual',
          signal,
        });
        status = response.status;
        answer = await beginning(response);
      } catch (cause) {
        throw away(signal.aborted && !closing.signal.aborted ? 'no answer in time' : reason(cause), cause);
      }
      if (status >= 300 && status < 400)
        throw away(`status ${status}: it points elsewhere, which is not followed; name the final place`);
      if (REFUSALS.has(status))
        throw new AegisError('notifier_refused', `${service.name}: status ${status}: ${words(answer)}`);
      if (status < 200 || status > 299) throw away(`status ${status}: ${words(answer)}`);
      const complaint = service.complaint(answer);
      if (complaint !== undefined) throw away(words(complaint));
    },
    async close() {
      closing.abort(new Error('closed'));
    },
  };
}

async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString();
}

function reason(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return cause instanceof Error ? cause.message : String(cause);
}

const words = (answer: string): string => answer.slice(0, 200).replace(/\s+/g, ' ').trim() || 'no words';

/** The complaint of services that answer 200 and `{"<code>": 0}` when all is well. */
export function codeComplaint(
  codes: readonly string[],
  messages: readonly string[],
): (answer: string) => string | undefined {
  return (answer) => {
    let told: Readonly<Record<string, unknown>>;
    try {
      const parsed: unknown = JSON.parse(answer);
      told = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
    } catch {
      return `answered what is no JSON: ${answer}`;
    }
    const code = codes.map((name) => told[name]).find((value) => typeof value === 'number');
    if (code === 0) return undefined;
    const message = messages.map((name) => told[name]).find((value) => typeof value === 'string');
    return `code ${String(code ?? 'missing')}: ${String(message ?? answer)}`;
  };
}
