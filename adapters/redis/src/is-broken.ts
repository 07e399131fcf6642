import { ErrorReply } from '@redis/client';

/** An answer that names another server, or says that this one cannot serve now: ask anew who does. */
const ELSEWHERE = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY|LOADING)\b/;

/** Whether the connection is of no more use: it broke, or its server is not, or no longer, the right one. */
export function isBroken(error: unknown): boolean {
  return !(error instanceof ErrorReply) || ELSEWHERE.test(scriptless(error.message));
}

/** Since Redis 7 the error of a command within a script has its own code first, in older ones it is quoted. */
function scriptless(message: string): string {
  return message.replace(/^ERR Error running script.*?: @\w+: \d+: -?/, '');
}
