import { AegisError } from '@aegis/model';
import { messageOf } from '@aegis/redis';

/** Any failure of Redis in the words of the port, with where it happened. */
export function busFault(cause: unknown, where: string): AegisError {
  if (cause instanceof AegisError) return cause;
  const message = messageOf(cause);
  const mend = message.startsWith('MOVED')
    ? '; it is one of a Cluster: name it as such'
    : /(^|[\s-])OOM /.test(message)
      ? '; it has reached its maxmemory: give it more'
      : '';
  return new AegisError('bus_unavailable', `Redis at ${where}: ${message}${mend}`, { cause });
}

export function closedFault(): AegisError {
  return new AegisError('bus_unavailable', 'the bus is closed');
}
