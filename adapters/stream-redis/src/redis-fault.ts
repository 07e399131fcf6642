import { AegisError } from '@aegis/model';
import { messageOf } from '@aegis/redis';

/** The group or the whole stream is gone: nobody made it yet, or FLUSHALL, or a failover that lost it. */
export function isGroupMissing(error: unknown): boolean {
  return error instanceof Error && /\b(NOGROUP|UNBLOCKED)\b|no such key/i.test(error.message);
}

/** Any failure of Redis in the words of the port, with where it happened. */
export function redisFault(cause: unknown, where: string): AegisError {
  if (cause instanceof AegisError) return cause;
  const message = messageOf(cause);
  if (/(^|[\s-])OOM /.test(message)) {
    return new AegisError(
      'stream_store_full',
      `Redis at ${where} has reached its maxmemory; give it more, or start more workers`,
      { cause },
    );
  }
  if (/MISCONF .*No space left on device/.test(message)) {
    return new AegisError(
      'stream_store_full',
      `Redis at ${where} has no room on its disk; it takes writes again once there is some`,
      { cause },
    );
  }
  if (message.startsWith('MOVED')) {
    return new AegisError(
      'stream_unavailable',
      `Redis at ${where} is one of a Cluster and says the stream is elsewhere (${message}); name servers of the Cluster in redis.hosts`,
      { cause },
    );
  }
  return new AegisError('stream_unavailable', `Redis at ${where}: ${message}`, { cause });
}
