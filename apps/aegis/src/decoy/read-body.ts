import type { IncomingMessage } from 'node:http';

export interface BodyBounds {
  /** Bytes that are returned. */
  readonly keep: number;
  /** Bytes that are read; reading stops there. */
  readonly max: number;
}

export interface ReadBody {
  /** The beginning, as UTF-8; bytes that are not become U+FFFD. */
  readonly text: string;
  readonly end: 'complete' | 'too_large' | 'cut_off';
}

/** Reads a body and forgets all but its beginning. Never rejects. */
export function readBody(request: IncomingMessage, bounds: BodyBounds): Promise<ReadBody> {
  return new Promise((resolve) => {
    const kept: Buffer[] = [];
    let keptBytes = 0;
    let bytes = 0;
    const finish = (end: ReadBody['end']): void => {
      resolve({ text: Buffer.concat(kept, keptBytes).toString('utf8'), end });
    };
    request.on('data', (chunk: Buffer) => {
      const wanted = chunk.subarray(0, bounds.keep - keptBytes);
      if (wanted.length > 0) kept.push(Buffer.from(wanted));
      keptBytes += wanted.length;
      bytes += chunk.length;
      if (bytes <= bounds.max) return;
      request.removeAllListeners('data');
      request.pause();
      finish('too_large');
    });
    request.once('end', () => finish('complete'));
    request.once('error', () => finish('cut_off'));
    request.once('close', () => finish('cut_off'));
  });
}
