import { Address, Prefix } from '@aegis/model';

/** The network one party usually holds: a /24 of IPv4, a /64 of IPv6. */
export function networkOf(client: Address): string {
  const parsed = Prefix.parse(`${client}/${Address.family(client) === 4 ? 24 : 64}`);
  return parsed.ok ? parsed.value : client;
}
