import { Prefix } from '@aegis/model';
import { type Check, fail, type NodeContext, ok, warn } from '../check.ts';

/** Addresses that nobody on the Internet has: RFC 1918, 6598, 3927, 4193, 4291, and loopback. */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].map((text) => Prefix.parts(text as Prefix));

/** A content network may well own a /12; wider than this is a mistake. */
const WIDEST = { 4: 12, 6: 28 };

export const trustedProxies: Check<NodeContext> = {
  name: 'trusted-proxies',
  run({ config: { http } }) {
    const wide = http.trustedProxies.filter((prefix) => {
      const { family, length } = Prefix.parts(prefix);
      return length < WIDEST[family] && !isPrivate(prefix);
    });
    if (wide.length === 0) {
      return ok(http.trustedProxies.length === 0 ? 'none' : `${http.trustedProxies.length}, none too wide`);
    }
    const mend = 'name the addresses of your own proxies in http.trusted_proxies';
    return wide.flatMap((prefix) =>
      Prefix.parts(prefix).length === 0
        ? fail(`${prefix} is everyone: any client can pretend to be any other`, mend)
        : warn(`${prefix} is much of the Internet: its clients can pretend to be any other`, mend),
    );
  },
};

function isPrivate(prefix: Prefix): boolean {
  const { family, words, length } = Prefix.parts(prefix);
  return PRIVATE.some((net) => {
    if (net.family !== family || net.length > length) return false;
    const cut = Prefix.parts(Prefix.format({ family, words, length: net.length }));
    return Prefix.format(cut) === Prefix.format(net);
  });
}
