/** One event of a stream of server-sent events (WHATWG HTML section 9.2). */
export interface ServerSentEvent {
  /** `message` where the stream names none. */
  readonly type: string;
  /** The last one that was sent, with this event or before; empty where none was. */
  readonly id: string;
  readonly data: string;
}

/** Longer than any event of ours; a stream that goes on without end in one is cut off. */
const LONGEST_EVENT = 1 << 20;

/**
 * Events as they arrive. `onLife` is called with each piece that comes, comments too. Throws RangeError where an
 * event is longer than 1 MiB.
 */
export async function* serverSentEvents(
  chunks: AsyncIterable<Uint8Array>,
  onLife: () => void,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let id = '';
  for await (const chunk of chunks) {
    onLife();
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    if (rest.length > LONGEST_EVENT) throw new RangeError('an event of the stream is longer than 1 MiB');
    for (const block of blocks) {
      const event = eventIn(block, id);
      id = event.id;
      if (event.data !== '') yield event;
    }
  }
}

function eventIn(block: string, lastId: string): ServerSentEvent {
  let type = 'message';
  let id = lastId;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') type = value;
    else if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  return { type, id, data: data.join('\n') };
}
