import { linePattern } from '../line-pattern.ts';
import { type Finding, noticeFinding, type Program, type ProgramLine } from '../program.ts';

const WIREGUARD = linePattern(
  '{_:first}wireguard: {interface:word}: Invalid handshake initiation from {client}:{_:number}',
);
const WORDS = /\b(SRC|DST|PROTO|SPT|DPT)=(\S{1,45})/g;
const LINE_LENGTH = 2_048;

/**
 * The Linux kernel: packets that iptables, nftables or ufw logged, and WireGuard. What ufw only audits or allows
 * was not refused; of a rule of one's own nobody can tell, so it counts as refused.
 */
export const kernel: Program = { service: 'kernel', tags: ['kernel'], read };

function read({ text }: ProgramLine): Finding | undefined {
  const line = text.slice(0, LINE_LENGTH);
  if (line.includes(' SRC=') && line.includes('IN=')) return packet(line);
  const found = WIREGUARD(line);
  if (found === undefined) return undefined;
  const { client, ...data } = found;
  return noticeFinding('wireguard', 'bad_handshake', data, client);
}

function packet(line: string): Finding | undefined {
  const words: Record<string, string> = {};
  for (const [, name = '', value = ''] of line.matchAll(WORDS)) words[name.toLowerCase()] ??= value;
  const passed = line.includes('[UFW AUDIT]') || line.includes('[UFW ALLOW]');
  const { src, dst = '', proto = '', dpt = '' } = words;
  return noticeFinding(
    'kernel',
    passed ? 'packet_seen' : 'packet_refused',
    { destination: dst, protocol: proto, port: dpt },
    src,
  );
}
