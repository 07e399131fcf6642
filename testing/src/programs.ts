import { FERRETDB } from './ferretdb-program.ts';
import { KAFKA } from './kafka-program.ts';
import type { MadeProgram } from './made-program.ts';
import { postgresProgram } from './postgres-program.ts';

/** Real programs that the tests work with, and where they come from. */
export interface RealProgram {
  readonly name: string;
  /** Debian's package. */
  readonly debian: string;
  /** Prints its version; the first group of `versionPattern` in its output is the version. */
  readonly version: readonly [command: string, ...args: string[]];
  readonly versionPattern: RegExp;
  readonly for: string;
  /** It is unpacked and not installed, see `unpackedPackage`; its version is the package's. */
  readonly unpacked?: boolean;
  /** No package has it; `debian` is what makes or runs it. */
  readonly made?: MadeProgram;
}

const program = (
  name: string,
  debian: string,
  version: RealProgram['version'],
  versionPattern: RegExp,
  purpose: string,
): RealProgram => ({ name, debian, version, versionPattern, for: purpose });

const INSTALLED: readonly RealProgram[] = [
  program('redis', 'redis-server', ['redis-server', '--version'], /v=(\S+)/, 'server'),
  program(
    'postgres',
    'postgresql',
    [postgresProgram('postgres'), '--version'],
    /PostgreSQL\) (\S+)/,
    'server',
  ),
  program('etcd', 'etcd-server', ['etcd', '--version'], /etcd Version: (\S+)/, 'server'),
  program('go', 'golang-go', ['go', 'version'], /go version go(\S+)/, 'builds servers'),
  program('rabbitmq', 'rabbitmq-server', ['rabbitmqctl', 'version'], /^(\d\S*)/m, 'server'),
  program('java', 'default-jre-headless', ['java', '-version'], /version "([^"]+)"/, 'runs servers'),
  program('nft', 'nftables', ['nft', '--version'], /nftables v(\S+)/, 'packet filter'),
  program('ipset', 'ipset', ['ipset', '--version'], /ipset v(\d[^,\s]*)/, 'packet filter'),
  program('iptables', 'iptables', ['iptables', '--version'], /iptables v(\S+)/, 'packet filter'),
  program('ip', 'iproute2', ['ip', '-V'], /iproute2-(\S+)/, 'network namespaces'),
  program('nginx', 'nginx-light', ['nginx', '-v'], /nginx\/(\S+)/, 'proxy'),
  program('haproxy', 'haproxy', ['haproxy', '-v'], /version (\d[^\s-]*)/, 'proxy'),
  program('caddy', 'caddy', ['caddy', 'version'], /v?(\d\S*)/, 'proxy'),
  program('faketime', 'faketime', ['faketime', '--version'], /version (\S+)/i, 'clock that is off'),
  program('curl', 'curl', ['curl', '--version'], /^curl (\S+)/, 'ordinary client, API client'),
  program('wget', 'wget', ['wget', '--version'], /^GNU Wget (\S+)/, 'ordinary client'),
  program('chromium', 'chromium', ['chromium', '--version'], /Chromium (\S+)/, 'ordinary client'),
  program('newsboat', 'newsboat', ['newsboat', '--version'], /newsboat (\S+)/i, 'feed reader'),
  program('sqlmap', 'sqlmap', ['sqlmap', '--version'], /(\d+\.\d[^\s#]*)/, 'attack tool'),
  program('nmap', 'nmap', ['nmap', '--version'], /Nmap version (\S+)/, 'attack tool'),
  program('hydra', 'hydra', ['hydra', '-h'], /Hydra v(\S+)/, 'attack tool'),
  program('gobuster', 'gobuster', ['gobuster', 'version'], /(\d+\.\d+(?:\.\d+)?)/, 'attack tool'),
  program('whatweb', 'whatweb', ['whatweb', '--version'], /version (\S+)/i, 'attack tool'),
  program('ffuf', 'ffuf', ['ffuf', '-V'], /version: (\S+)/, 'attack tool'),
  program('dirb', 'dirb', ['dirb'], /DIRB v(\S+)/, 'attack tool'),
  program('python3', 'python3-venv', ['python3', '--version'], /^Python (\S+)/, 'validators of exports'),
  program('zstd', 'zstd', ['zstd', '--version'], /v(\d\S*?),/, 'reads compressed days'),
  program('prometheus', 'prometheus', ['prometheus', '--version'], /version (\d[^\s+]*)/, 'metrics, alerts'),
  program('promtool', 'prometheus', ['promtool', '--version'], /version (\d[^\s+]*)/, 'metrics, alerts'),
  program('wfuzz', 'wfuzz', ['wfuzz', '--version'], /^(\d+\.\d\S*)/m, 'attack tool'),
];

const UNPACKED: readonly RealProgram[] = [
  ['crowdsec', 'CrowdSec'] as const,
  ['crowdsec-firewall-bouncer', 'CrowdSec'] as const,
  ['crowdsec-custom-bouncer', 'CrowdSec'] as const,
  ['libnginx-mod-stream', 'proxy'] as const,
].map(([name, purpose]) => ({ ...program(name, name, [name], /(.*)/, purpose), unpacked: true }));

const MADE: readonly RealProgram[] = [
  { ...program('ferretdb', 'golang-go', ['ferretdb'], /(.*)/, "speaks MongoDB's protocol"), made: FERRETDB },
  { ...program('kafka', 'default-jre-headless', ['kafka'], /(.*)/, 'server'), made: KAFKA },
];

export const REAL_PROGRAMS: readonly RealProgram[] = [...INSTALLED, ...UNPACKED, ...MADE];

/** For the person whose tests are skipped. */
export function installCommand(programs: readonly RealProgram[]): string {
  return `apt-get install ${programs.map(({ debian }) => debian).join(' ')}`;
}
