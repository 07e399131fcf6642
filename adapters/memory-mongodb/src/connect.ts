import { AegisError } from '@aegis/model';
import { MongoClient } from 'mongodb';

export interface MongodbServerOptions {
  /** `mongodb://aegis@mongo-1,mongo-2/?replicaSet=rs0&tls=true`, or the routers of a sharded cluster. */
  readonly url: string;
  /** Where the URL has none. */
  readonly password?: string;
  /** How long a server may take to be found, ms; default 5,000. */
  readonly timeoutMs?: number;
}

/** Connects when it is first asked. Throws what the client throws where the URL is none. */
export function clientOf({ url, password, timeoutMs = 5_000 }: MongodbServerOptions): MongoClient {
  return new MongoClient(withPassword(url, password), {
    appName: 'aegis',
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    // What was acknowledged outlives the loss of a server.
    writeConcern: { w: 'majority' },
  });
}

/** A URL with a user and without a password is given this one. */
function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  return url.replace(
    /^(mongodb(?:\+srv)?:\/\/[^@:/]+)@/,
    (_, head) => `${head}:${encodeURIComponent(password)}@`,
  );
}

export function fault(cause: unknown): AegisError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AegisError('memory_unavailable', `MongoDB: ${message}`, { cause });
}
