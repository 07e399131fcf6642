import { createClient } from '@redis/client';

/** What somebody wrote to the stream: fields and their text. */
export interface LiveEntry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface LiveStreamOptions {
  /** `redis://…` or `rediss://…`. */
  readonly url: string;
  readonly stream: string;
  /** Its members split the entries among them; made where it is missing, from the beginning of the stream. */
  readonly group: string;
  readonly consumer: string;
  /** Resolves once the entries are kept; then they are acknowledged, in one step. */
  readonly take: (entries: readonly LiveEntry[]) => Promise<void>;
  /** Why it cannot be read now, empty once it can. */
  readonly onState: (trouble: string) => void;
}

const BATCH = 1_000;
const BLOCK_MS = 2_000;
const RETRY_MS = 1_000;
/** What another consumer has held for this long without acknowledging is taken over. */
const CLAIM_IDLE_MS = 60_000;
const CLAIM_EVERY_MS = 30_000;
/** Text of a field that is read; an indicator and its description are shorter. */
const LONGEST_FIELD = 4_096;
const MOST_FIELDS = 64;

type Client = ReturnType<typeof clientOf>;

/**
 * Reads a stream through a consumer group for as long as it runs. At least once: an entry is acknowledged after it
 * was kept, and what this consumer read before and did not acknowledge comes first after a start.
 */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #client: Client | undefined;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#client?.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#session();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#options.onState(error instanceof Error ? error.message || error.name : String(error));
        await pause(RETRY_MS, this.#stop.signal);
      }
    }
  }

  /** Until the connection fails. */
  async #session(): Promise<void> {
    const { url, onState } = this.#options;
    const client = clientOf(url);
    client.on('error', () => {
      // What was under way rejects with it; a client without a listener would end the process.
    });
    this.#client = client;
    try {
      await client.connect();
      await this.#ensureGroup(client);
      onState('');
      await this.#read(client);
    } finally {
      if (client.isOpen) client.destroy();
      this.#client = undefined;
    }
  }

  async #read(client: Client): Promise<void> {
    const { stream, group, consumer } = this.#options;
    let from = '0';
    let claimed = performance.now();
    while (!this.#stop.signal.aborted) {
      if (performance.now() - claimed > CLAIM_EVERY_MS) {
        claimed = performance.now();
        const claim = [
          'XAUTOCLAIM',
          stream,
          group,
          consumer,
          String(CLAIM_IDLE_MS),
          '0',
          'COUNT',
          String(BATCH),
        ];
        const [, entries] = (await client.sendCommand(claim)) as unknown as [string, unknown];
        await this.#take(client, entriesOf(entries));
      }
      const read = ['XREADGROUP', 'GROUP', group, consumer, 'COUNT', String(BATCH)];
      const block = from === '>' ? ['BLOCK', String(BLOCK_MS)] : [];
      const answer = await client.sendCommand([...read, ...block, 'STREAMS', stream, from]);
      const entries = entriesOf(streamOf(answer));
      // Its own pending entries first, from the oldest; after them what is new.
      if (from !== '>') from = entries.length === 0 ? '>' : (entries.at(-1)?.id ?? '>');
      await this.#take(client, entries);
    }
  }

  async #take(client: Client, entries: readonly LiveEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { stream, group, take } = this.#options;
    await take(entries);
    await client.sendCommand(['XACK', stream, group, ...entries.map(({ id }) => id)]);
  }

  async #ensureGroup(client: Client): Promise<void> {
    const { stream, group } = this.#options;
    try {
      await client.sendCommand(['XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM']);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
    }
  }
}

function clientOf(url: string) {
  return createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 5_000 } });
}

/** RESP2 answers a list of [stream, entries], RESP3 a map. */
function streamOf(answer: unknown): unknown {
  if (Array.isArray(answer)) return Array.isArray(answer[0]) ? answer[0][1] : answer[1];
  if (answer instanceof Map) return [...answer.values()][0];
  return typeof answer === 'object' && answer !== null ? Object.values(answer)[0] : undefined;
}

/** An entry that was deleted meanwhile has no fields; it is acknowledged like the others. */
function entriesOf(list: unknown): readonly LiveEntry[] {
  if (!Array.isArray(list)) return [];
  return list
    .filter((entry): entry is [unknown, unknown] => Array.isArray(entry))
    .map(([id, flat]) => ({ id: String(id), fields: fieldsOf(flat) }));
}

function fieldsOf(flat: unknown): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null);
  if (!Array.isArray(flat)) return fields;
  for (let i = 0; i + 1 < flat.length && i < 2 * MOST_FIELDS; i += 2)
    fields[String(flat[i]).slice(0, 64).toLowerCase()] = String(flat[i + 1]).slice(0, LONGEST_FIELD);
  return fields;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
