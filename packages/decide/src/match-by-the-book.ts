import { Address, type CheckRequest, type Decision, Prefix, type PrefixParts } from '@aegis/model';
import { prefixContains } from '@aegis/netset';

/** Whether a request is what a decision is about: slow and obviously right. For tests. */
export function matchesByTheBook({ scope, value }: Decision, request: CheckRequest): boolean {
  switch (scope) {
    case 'ip':
    case 'range': {
      const client = hostOf(request.address);
      return client !== undefined && prefixContains(Prefix.parts(value as Prefix), client);
    }
    case 'domain':
      return request.domain === value || request.domain?.endsWith(`.${value}`) === true;
    case 'as_name':
      return request.asName === value;
    case 'user_agent':
      return request.userAgent === value;
    default:
      return request[scope] === value;
  }
}

/** The address as a /32 or /128, undefined where it is none. */
export function hostOf(text: string): PrefixParts | undefined {
  const address = Address.parse(text);
  return address.ok ? Prefix.parts(address.value as string as Prefix) : undefined;
}
