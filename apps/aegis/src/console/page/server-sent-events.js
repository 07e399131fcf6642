/**
 * @typedef {{ readonly event: string, readonly data: string }} ServerSentEvent
 */

/** Longer lines than any event of this API has, in characters. */
const MAX_LINE = 1_048_576;

/**
 * Reads server-sent events (WHATWG HTML section 9.2) from an answer. `EventSource` cannot send an Authorization
 * header, so it cannot be used here. Comments come as events without a name: signs of life. Throws where a line
 * never ends.
 *
 * @param {AsyncIterable<string>} chunks
 * @returns {AsyncGenerator<ServerSentEvent>}
 */
export async function* serverSentEvents(chunks) {
  let rest = '';
  let event = 'message';
  /** @type {string[]} */
  let data = [];
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new Error('an event is too long');
    for (const line of lines.map((each) => each.replace(/\r$/, ''))) {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (line === '') {
        if (data.length > 0) yield { event, data: data.join('\n') };
        event = 'message';
        data = [];
      } else if (colon === 0) yield { event: '', data: value };
      else if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
    }
  }
}
