import { Worker } from 'node:worker_threads';
import { AegisError } from '@aegis/model';
import type { HuntAnswers, HuntAsk, HuntMessage, HuntRequest, HuntThreadData } from './hunt-message.ts';

type Told = Exclude<HuntMessage, { readonly kind: 'answer' | 'failed' }>;

interface Waiting {
  readonly resolve: (value: HuntAnswers[HuntAsk['kind']]) => void;
  readonly reject: (error: AegisError) => void;
}

/** Heap of the thread; its tables lie outside of it. */
const MOST_HEAP_MB = 1_024;
const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** The thread of a hunt, asked with promises. Every ask ends, also when the thread does. */
export class HuntThreadHandle {
  readonly #worker: Worker;
  readonly #waiting: Map<number, Waiting> = new Map();
  #asked = 0;
  #ended = false;

  constructor(data: HuntThreadData, tell: (message: Told) => void, onEnd: (why: string) => void) {
    this.#worker = new Worker(new URL('./hunt-thread.ts', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    let why = '';
    this.#worker.on('message', (message: HuntMessage) => {
      if (message.kind === 'answer') this.#take(message.id)?.resolve(message.value);
      else if (message.kind === 'failed') this.#take(message.id)?.reject(faultOf(message));
      else tell(message);
    });
    this.#worker.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on('exit', (code) => {
      this.#ended = true;
      why ||= `it ended with code ${code}`;
      for (const { reject } of this.#waiting.values()) reject(unavailable(why));
      this.#waiting.clear();
      onEnd(why);
    });
  }

  /** Throws AegisError `hunt_unavailable`, or `disk_full`. */
  ask<A extends HuntAsk>(ask: A): Promise<HuntAnswers[A['kind']]> {
    if (this.#ended) return Promise.reject(unavailable('it has ended'));
    const id = ++this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<HuntAnswers[HuntAsk['kind']]>();
    this.#waiting.set(id, { resolve, reject });
    this.#worker.postMessage({ id, ask } satisfies HuntRequest);
    // The thread answers each kind of ask with its own kind of answer.
    return promise as Promise<HuntAnswers[A['kind']]>;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function faultOf({ message, code }: { readonly message: string; readonly code?: string }): AegisError {
  return code !== undefined && NO_ROOM.includes(code)
    ? new AegisError('disk_full', `flows cannot be kept: ${message}`)
    : unavailable(message);
}

function unavailable(why: string): AegisError {
  return new AegisError('hunt_unavailable', `the hunt cannot answer: ${why}`);
}
