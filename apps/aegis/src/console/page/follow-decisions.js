import { serverSentEvents } from './server-sent-events.js';

/** The node gives a sign of life every 15 s; after this long without any, the connection is taken for dead. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * @typedef {import('../../http/documents/decision-document.ts').DecisionDocument} Decision
 */

/**
 * Follows the changes of decisions until `signal`; connects again, ever more slowly, when the connection is lost.
 *
 * @param {import('./api.js').Api} api
 * @param {{
 *   readonly signal: AbortSignal,
 *   readonly onReady: () => Promise<void>,
 *   readonly onChange: (kind: string, decision: Decision) => void,
 *   readonly onLost: () => void,
 * }} options `onReady` reads the list; every change since is told after it is done
 */
export async function followDecisions(api, { signal, onReady, onChange, onLost }) {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      for await (const { event, data } of decisionEvents(api, signal)) {
        if (event === 'resync') break;
        if (event === 'ready') {
          await onReady();
          waitMs = FIRST_WAIT_MS;
        } else if (event !== '') onChange(event, JSON.parse(data));
      }
    } catch {
      // Whatever was wrong, the mend is the same; requests of the page tell the reader about a node that is away.
    }
    if (signal.aborted) return;
    onLost();
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

/**
 * @param {import('./api.js').Api} api
 * @param {AbortSignal} signal
 */
async function* decisionEvents(api, signal) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const body = await api.stream('v1/decisions/stream', AbortSignal.any([signal, silence.signal]));
    for await (const event of serverSentEvents(textOf(body))) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      yield event;
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/**
 * By hand: not every browser can iterate over a stream.
 *
 * @param {ReadableStream<Uint8Array>} body
 */
async function* textOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
