import type { Readable } from 'node:stream';
import type { Address, Clock, Logger, Result } from '@aegis/model';
import type { z } from 'zod';
import type { ApiKeyInfo } from '../auth/api-keys.ts';
import type { Permission } from '../auth/roles.ts';
import type { SignIns } from '../auth/sign-ins.ts';
import type { Actor, Services } from '../node/services.ts';
import type { BlockPage } from './block-page.ts';
import type { DecisionFeed } from './decision-feed.ts';
import type { Requirement } from './gate.ts';
import type { HttpConfig } from './http-config.ts';
import type { Problem } from './problem.ts';
import type { SignInCookie } from './sign-in-cookie.ts';
import type { SignedIn } from './sign-in-gate.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** What every handler may use; one for the life of the server. */
export interface Scene {
  readonly services: Services;
  readonly config: HttpConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Unique and unguessable. */
  readonly newId: () => string;
  readonly feed: DecisionFeed;
  readonly blockPage: BlockPage;
  readonly signIns: SignIns;
  readonly signInCookie: SignInCookie;
}

/** One request as a handler sees it: everything checked. */
export interface RouteInput<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Of the request. */
  readonly contentType: string;
  readonly header: (name: string) => string | undefined;
  readonly actor: Actor;
  /** Absent for everyone. */
  readonly key?: ApiKeyInfo;
  /** Where a cookie was shown in place of the key. */
  readonly signedIn?: SignedIn;
  /** Whether the browser speaks TLS. */
  readonly secure: boolean;
  /** Who the request comes from, see `clientAddresses`; at least one. */
  readonly clients: readonly [Address, ...Address[]];
  /** Whether it came through a trusted proxy, so that further forwarding headers may be believed. */
  readonly proxied: boolean;
  readonly may: (permission: Permission) => boolean;
  /** Aborted when the client is gone or the server closes. For answers that would not end by themselves. */
  readonly signal: () => AbortSignal;
}

export interface Reply {
  readonly status: number;
  /** A stream or text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler answers: an expected failure is a value. */
export type Outcome = Result<Reply, Problem>;

/** A form in which a body is taken. */
export type BodyForm<B> =
  /** Parsed and checked before the handler sees it. */
  | {
      readonly kind: 'json';
      readonly schema: z.ZodType<B>;
      readonly example: unknown;
      /** What is documented, where the handler itself checks items one by one. */
      readonly documented?: z.ZodType;
    }
  /** UTF-8, held whole. */
  | { readonly kind: 'text'; readonly example: string }
  /** As it comes in; the handler reads it and keeps it within bounds. */
  | { readonly kind: 'stream'; readonly example: string };

/** What a text or stream body is for a handler. */
export type RawBody = { readonly text: string } | { readonly stream: Readable };

export interface AnswerShape {
  readonly description: string;
  /** Absent: no body, or one that is not JSON. */
  readonly schema?: z.ZodType;
  /** Default `application/json`, several where the query chooses. */
  readonly types?: readonly string[];
}

export interface RouteDefinition<P, Q, B> {
  readonly method: Method;
  /** OpenAPI's form: `/v1/decisions/{id}`. */
  readonly path: string;
  /** Unique; the `operationId`. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** `anyone` needs no key, `any key` no permission. */
  readonly permission: Requirement;
  readonly params?: z.ZodType<P>;
  /** Absent: none are taken. */
  readonly query?: z.ZodType<Q>;
  /** By content type. */
  readonly body?: Readonly<Record<string, BodyForm<B>>>;
  /** What is answered when all goes well, and refusals that belong to the matter. Problems are added by themselves. */
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Takes many items at once: the larger size limit holds. */
  readonly bulk?: boolean;
  /** The answer goes on until the client leaves or takes long: there is no HEAD for it. */
  readonly endless?: boolean;
  /** Asked more often than everything else together: answered before the web framework, see `DirectRoutes`. */
  readonly direct?: boolean;
  /** The forwarding headers tell of a visitor who is asked about: who asks is the other end of the connection. */
  readonly forVisitors?: boolean;
  readonly handler: (scene: Scene, input: RouteInput<P, Q, B>) => Promise<Outcome> | Outcome;
}

/** A route whose types have been forgotten: validation and documentation come from the same schemas. */
export type Route = RouteDefinition<unknown, unknown, unknown>;

/** Checks a definition's types against one another. */
export function defineRoute<P = Record<never, never>, Q = Record<never, never>, B = undefined>(
  definition: RouteDefinition<P, Q, B>,
): Route {
  // The schemas guarantee what the handler is given, which is all that the forgotten types said.
  return Object.freeze(definition) as unknown as Route;
}
