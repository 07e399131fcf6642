import type { Client } from './redis-connection.ts';

/**
 * Breaks the connection where the answer takes longer: a server that hangs goes on taking connections, since its
 * kernel does that, and answers nothing. What waits for it then fails.
 */
export async function answered<T>(client: Client, timeoutMs: number, ask: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`no answer within ${timeoutMs} ms`));
    if (client.isOpen) client.destroy();
  }, timeoutMs);
  const asked = ask();
  // Once it has failed for being late, how it fails by itself is of no interest.
  asked.catch(() => {});
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
