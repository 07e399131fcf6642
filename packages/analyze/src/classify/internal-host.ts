/** A host that only the server's own machine or network should reach. */
export interface InternalHost {
  readonly kind: 'metadata' | 'loopback' | 'private' | 'cluster';
  /** Spelled so that a filter for the plain form misses it. */
  readonly disguised: boolean;
}

const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'metadata.azure.internal',
  'metadata.packet.net',
  'metadata.oraclecloud.com',
]);
/** AWS and most others, ECS, EKS pods, Alibaba, Oracle Classic. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
]);
/** Names in public DNS that answer with the address written in them, or with loopback. */
const ECHO_DNS = /\.(?:nip\.io|sslip\.io|xip\.io|xip\.name)$/;
const LOOPBACK_DNS =
  /(?:^|\.)(?:ip6-(?:localhost|loopback)|localhost|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|localdomain)$/;
const CLUSTER_NAMES =
  /^kubernetes(?:\.default)?(?:\.svc)?$|\.svc(?:\.cluster\.local)?$|\.(?:internal|consul|local|intranet|corp|lan)$|^(?:unix|docker|consul|rabbitmq|redis|elasticsearch|memcached|mongodb|mysql|postgres)$/;
const LONGEST_HOST = 253;

/** What is inside about a host in lower case without brackets or port; undefined where it may be public. */
export function internalHost(host: string): InternalHost | undefined {
  if (host.length > LONGEST_HOST) return undefined;
  // Circled digits and ideographic full stops are the same to a resolver (UTS 46 maps them).
  const folded = host.normalize('NFKC').replaceAll('\u3002', '.').replace(/\.$/, '');
  const respelled = folded !== host;
  if (METADATA_NAMES.has(folded)) return { kind: 'metadata', disguised: respelled };
  if (LOOPBACK_DNS.test(folded)) return { kind: 'loopback', disguised: respelled || folded !== 'localhost' };
  if (folded.includes(':')) return ofIpv6(folded);
  const echoed = ECHO_DNS.test(folded)
    ? /(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})/.exec(folded)
    : null;
  const address = echoed === null ? lenientIpv4(folded) : echoed.slice(1, 5).join('.');
  if (address !== undefined) {
    const kind = kindOf(address);
    return kind && { kind, disguised: respelled || address !== folded };
  }
  return CLUSTER_NAMES.test(folded) ? { kind: 'cluster', disguised: respelled } : undefined;
}

/** Whether an address is written as one number, in octal or in hexadecimal, public or not. */
export function isDisguisedNumber(host: string): boolean {
  const address = lenientIpv4(host);
  return address !== undefined && address !== host && host !== '0';
}

/** `inet_aton`: one to four parts in decimal, octal or hexadecimal, the last filling what is left. */
function lenientIpv4(host: string): string | undefined {
  if (!/^[\da-fx.]{1,60}$/.test(host)) return undefined;
  const parts = host.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const [i, part] of parts.entries()) {
    if (!/^(?:0x[\da-f]{1,16}|0[0-7]{0,16}|[1-9]\d{0,12})$/.test(part)) return undefined;
    const octal = /^0\d/.test(part);
    const number = octal ? Number.parseInt(part, 8) : Number(part);
    const last = i === parts.length - 1;
    const room = last ? 256 ** (5 - parts.length) : 256;
    // Some libraries keep only the low bits of a number that is too large.
    value = value * room + (number % room);
  }
  // A lone small number is no address but a number.
  if (parts.length === 1 && value < 0x100_0000 && value !== 0) return undefined;
  return [value / 0x100_0000, value / 0x1_0000, value / 0x100, value]
    .map((byte) => Math.floor(byte) % 256)
    .join('.');
}

function kindOf(address: string): InternalHost['kind'] | undefined {
  if (METADATA_ADDRESSES.has(address)) return 'metadata';
  if (/^(?:127|0)\./.test(address)) return 'loopback';
  return /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
    address,
  )
    ? 'private'
    : undefined;
}

function ofIpv6(host: string): InternalHost | undefined {
  const url = URL.parse(`http://[${host.replace(/%.*$/s, '')}]/`);
  if (url === null) return undefined;
  const canonical = url.hostname.slice(1, -1);
  const mapped = /^::(?:ffff:)?([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical);
  if (mapped !== null) {
    const value =
      Number.parseInt(mapped[1] as string, 16) * 0x1_0000 + Number.parseInt(mapped[2] as string, 16);
    const kind = kindOf(lenientIpv4(String(value)) ?? '');
    return kind && { kind, disguised: true };
  }
  if (canonical === 'fd00:ec2::254' || canonical === 'fd20:ce::254')
    return { kind: 'metadata', disguised: false };
  if (canonical === '::1' || canonical === '::') return { kind: 'loopback', disguised: host !== canonical };
  return /^f(?:e[89ab]|[cd])/.test(canonical) ? { kind: 'private', disguised: false } : undefined;
}
