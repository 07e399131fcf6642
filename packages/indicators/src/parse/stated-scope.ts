import type { Scope } from '@aegis/model';

/** What feeds call a kind of indicator, in lower case without punctuation. */
const SCOPE_OF: ReadonlyMap<string, Scope> = new Map<string, Scope>(
  Object.entries({
    ip: 'ip',
    ipv4: 'ip',
    ipv6: 'ip',
    ipv4addr: 'ip',
    ipv6addr: 'ip',
    ipsrc: 'ip',
    ipdst: 'ip',
    ipaddress: 'ip',
    ipport: 'ip',
    address: 'ip',
    cidr: 'range',
    range: 'range',
    netblock: 'range',
    subnet: 'range',
    domain: 'domain',
    domainname: 'domain',
    hostname: 'domain',
    host: 'domain',
    fqdn: 'domain',
    url: 'url',
    uri: 'url',
    link: 'url',
    md5: 'hash',
    md5hash: 'hash',
    sha1: 'hash',
    sha1hash: 'hash',
    sha256: 'hash',
    sha256hash: 'hash',
    hash: 'hash',
    filehash: 'hash',
    as: 'as',
    asn: 'as',
    autonomoussystem: 'as',
    country: 'country',
    useragent: 'user_agent',
    ja3: 'ja3',
    ja3md5: 'ja3',
    ja3fingerprintmd5: 'ja3',
    ja4: 'ja4',
  } as const),
);

/** The scope that a feed's word for it means. */
export function statedScope(word: string): Scope | undefined {
  return word.length > 64 ? undefined : SCOPE_OF.get(word.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
