/** A TCP socket as `/proc/net/tcp` and `tcp6` tell it (proc_net_tcp.txt of the kernel). */
export interface ProcSocket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** 1: established, 10: listening. */
  readonly state: number;
  readonly inode: string;
}

export const ESTABLISHED = 1;
export const LISTENING = 10;

const MOST = 20_000;

/** Lines that are none are passed over. */
export function parseProcSockets(text: string): readonly ProcSocket[] {
  const sockets: ProcSocket[] = [];
  for (const line of text.split('\n').slice(1)) {
    if (sockets.length >= MOST) break;
    const fields = line.trim().split(/\s+/, 10);
    const [, local = '', remote = '', state = ''] = fields;
    const from = endpoint(local);
    const to = endpoint(remote);
    if (from === undefined || to === undefined) continue;
    sockets.push({
      ...{ localAddress: from.address, localPort: from.port },
      ...{ remoteAddress: to.address, remotePort: to.port },
      ...{ state: Number.parseInt(state, 16), inode: fields[9] ?? '' },
    });
  }
  return sockets;
}

/** Words of the address in the byte order of the machine, which is little-endian wherever this runs. */
function endpoint(text: string): { readonly address: string; readonly port: number } | undefined {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text);
  if (match === null) return undefined;
  const bytes = Buffer.from(match[1] as string, 'hex');
  bytes.swap32();
  return { address: addressOf(bytes), port: Number.parseInt(match[2] as string, 16) };
}

function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.subarray(0, 12).equals(MAPPED);
  if (isMapped) return bytes.subarray(12).join('.');
  return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
}

/** `::ffff:0:0/96` (RFC 4291, section 2.5.5.2). */
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
