import { type CheckRequest, canonicalScopeValue } from '@aegis/model';

/** What a proxy tells of a request besides who sent it, as far as it is believed. */
export interface ToldRequest {
  readonly userAgent?: string | undefined;
  /** With or without a port. */
  readonly host?: string | undefined;
  /** Path and query. */
  readonly uri?: string | undefined;
  readonly scheme?: string | undefined;
}

export type Circumstances = Omit<CheckRequest, 'address'>;

/** The part of a check that does not depend on the client's address. A host that is no domain name counts as none. */
export function circumstancesOf({ userAgent, host, uri, scheme }: ToldRequest): Circumstances {
  const agent = userAgent === undefined ? {} : { userAgent };
  if (host === undefined) return agent;
  const domain = canonicalScopeValue('domain', host.replace(/:\d+$/, ''));
  if (!domain.ok) return agent;
  const url = uri === undefined ? {} : { url: `${scheme ?? 'http'}://${domain.value}${uri}` };
  return { ...agent, ...url, domain: domain.value };
}
