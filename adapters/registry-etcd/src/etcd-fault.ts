import { AegisError } from '@aegis/model';
import { type ServiceError, status } from '@grpc/grpc-js';

/** etcd's words for what a caller has to know of; the rest is "unavailable". */
const COMPACTED = /required revision has been compacted/;
const NO_LEASE = /requested lease not found/;
const LEASE_EXISTS = /lease already exists/;
const TOO_LARGE = /request is too large/;
const NO_SPACE = /database space exceeded/;
const NO_LEADER = /etcdserver: no leader/;
const AUTH_OFF = /authentication is not enabled/;
const STALE_TOKEN = /invalid auth token|revision of auth store is old|user name is empty/;

/** How etcd, or the way to it, refused a call. */
export class EtcdRefusal extends Error {
  readonly code: status;
  readonly endpoint: string;

  constructor(
    { code, details, message }: Pick<ServiceError, 'code' | 'details' | 'message'>,
    endpoint: string,
  ) {
    super(details || message);
    this.name = 'EtcdRefusal';
    this.code = code;
    this.endpoint = endpoint;
  }

  get isCompacted(): boolean {
    return COMPACTED.test(this.message);
  }

  get isNoLease(): boolean {
    return NO_LEASE.test(this.message);
  }

  get isLeaseThere(): boolean {
    return LEASE_EXISTS.test(this.message);
  }

  get isAuthOff(): boolean {
    return AUTH_OFF.test(this.message);
  }

  /** Another token may do. Nothing was carried out. */
  get isStaleToken(): boolean {
    return STALE_TOKEN.test(this.message);
  }

  /** The answer was larger than this program takes. */
  get isAnswerTooLarge(): boolean {
    return this.code === status.RESOURCE_EXHAUSTED && !NO_SPACE.test(this.message);
  }

  /** This member is cut off from the others and did nothing. */
  get isNoLeader(): boolean {
    return NO_LEADER.test(this.message);
  }

  /** Another member, or a later moment, may do. Unless `isNoLeader`, a write may have been carried out. */
  get isPassing(): boolean {
    return PASSING.has(this.code);
  }
}

const PASSING: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.UNKNOWN,
  status.INTERNAL,
]);

/** Any failure in the words of the port. */
export function registryFault(cause: unknown): AegisError {
  if (cause instanceof AegisError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof EtcdRefusal)) return unavailable(`etcd: ${message}`, cause);
  if (cause.isCompacted)
    return new AegisError('compacted', 'the changes asked for are gone: list, and watch on from there', {
      cause,
    });
  if (cause.isNoLease) return new AegisError('lease_gone', 'the lease has ended; grant a new one', { cause });
  if (TOO_LARGE.test(message))
    return new AegisError(
      'registry_too_large',
      'this etcd takes smaller requests: raise its --max-request-bytes to the default of 1.5 MiB',
      { cause },
    );
  return unavailable(`etcd at ${cause.endpoint}: ${message}${mendOf(cause)}`, cause);
}

function mendOf({ code, message }: EtcdRefusal): string {
  if (NO_SPACE.test(message)) return '; compact and defragment it, then disarm the alarm';
  if (code === status.PERMISSION_DENIED)
    return "; give the user's role READWRITE on the prefix (etcdctl role grant-permission)";
  return '';
}

function unavailable(message: string, cause: unknown): AegisError {
  return new AegisError('registry_unavailable', message, { cause });
}
