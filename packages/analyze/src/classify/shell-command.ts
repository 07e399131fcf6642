import type { Classifier, PayloadView, Signal } from './classifier.ts';

interface Habit {
  readonly needle: RegExp;
  readonly attackType: Signal['attackType'];
  readonly indicator: string;
  readonly techniques: readonly string[];
  readonly danger: number;
  readonly why: string;
}

/** What intruders do in a shell, the gravest first. Every pattern is a plain sequence: linear time. */
const HABITS: readonly Habit[] = [
  {
    needle:
      /\b(?:wget|curl|tftp|ftpget|lwp-download|axel|fetch|certutil|scp)\b.{0,200}(?:https?:\/\/|ftp:\/\/|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})/,
    attackType: 'malware_download',
    indicator: 'malware_download',
    techniques: ['T1105', 'T1059.004'],
    danger: 95,
    why: 'a file is fetched from another host',
  },
  {
    needle: /\/dev\/(?:tcp|udp)\/|\b(?:nc|ncat)\s{1,4}-[a-z]{0,6}[el]|\b(?:bash|sh)\s{1,4}-i\b/,
    attackType: 'command_execution',
    indicator: 'reverse_shell',
    techniques: ['T1059.004', 'T1571'],
    danger: 96,
    why: 'a reverse shell is opened',
  },
  {
    needle:
      /authorized_keys|\bcrontab\b|\/etc\/cron|\/etc\/rc\.|\bsystemctl\s{1,4}(?:enable|start)|\buseradd\b|\badduser\b|\bchpasswd\b|\bpasswd\b|\bchattr\b|\.bashrc/,
    attackType: 'command_execution',
    indicator: 'persistence',
    techniques: ['T1098', 'T1053.003', 'T1059.004'],
    danger: 92,
    why: 'access is made to last',
  },
  {
    needle:
      /\bchmod\s{1,4}(?:\+x|[0-7]{3,4}|a\+x|u\+x)|(?:^|[;&|]\s{0,4})\.\/[\w.-]|\b(?:sh|bash)\s{1,4}\/?[\w./-]{1,80}\.sh\b|\/tmp\/[\w.-]{1,80}(?:\s{0,4}[;&|]|$)/,
    attackType: 'command_execution',
    indicator: 'execute_dropped_file',
    techniques: ['T1059.004', 'T1222.002'],
    danger: 90,
    why: 'a dropped file is made executable or run',
  },
  {
    needle:
      /\bhistory\s{1,4}-c|unset\s{1,4}hist|\brm\s{1,4}-[rf]{1,3}\s|>\s{0,2}\/var\/log|\bpkill\b|\bkillall\b|iptables\s{1,4}-f|setenforce\s{1,4}0/,
    attackType: 'command_execution',
    indicator: 'defense_evasion',
    techniques: ['T1070', 'T1562', 'T1059.004'],
    danger: 85,
    why: 'traces or protections are removed',
  },
  {
    needle: /\b(?:xmrig|minerd|stratum\+tcp|cpuminer|kinsing|nanominer)\b/,
    attackType: 'command_execution',
    indicator: 'crypto_mining',
    techniques: ['T1496', 'T1059.004'],
    danger: 90,
    why: 'a coin miner is set up',
  },
  {
    needle: /\/etc\/(?:passwd|shadow)|id_rsa|\.ssh\/|\.aws\/|\.bash_history/,
    attackType: 'command_execution',
    indicator: 'credential_access',
    techniques: ['T1552', 'T1059.004'],
    danger: 80,
    why: 'credentials are read',
  },
  {
    needle: /\b(?:busybox|\/bin\/busybox)\s{1,4}[a-z]{3,12}\b|\becho\s{1,4}-e?n?e?\s{0,4}['"]?\\x/,
    attackType: 'command_execution',
    indicator: 'botnet_loader',
    techniques: ['T1059.004', 'T1105'],
    danger: 85,
    why: 'a loader tries what the device can do',
  },
  {
    needle:
      /\b(?:uname|whoami|id|w|uptime|lscpu|nproc|free|df|ifconfig|ip|netstat|ps|cat\s{1,4}\/proc|lspci|hostname|dmidecode|ls)\b/,
    attackType: 'command_execution',
    indicator: 'system_discovery',
    techniques: ['T1082', 'T1059.004'],
    danger: 60,
    why: 'the system is looked over',
  },
];

const ANY: Pick<Habit, 'indicator' | 'techniques' | 'danger' | 'why'> = {
  indicator: 'interactive_command',
  techniques: ['T1059.004'],
  danger: 50,
  why: 'a command is typed into the shell of a sensor that nobody has a reason to use',
};

/** Lines typed into the shell of a honeypot. Whoever is there is an intruder: every line is a finding. */
export const shellCommand: Classifier = {
  triggers: [],

  classify(view: PayloadView): Signal | undefined {
    if (view.place !== 'command' || view.lower.trim() === '') return undefined;
    const seen = HABITS.filter((habit) => habit.needle.test(view.lower));
    const first = seen[0];
    return {
      attackType: first?.attackType ?? 'command_execution',
      indicators: seen.length > 0 ? seen.map((habit) => habit.indicator) : [ANY.indicator],
      techniques: seen.length > 0 ? [...new Set(seen.flatMap((habit) => habit.techniques))] : ANY.techniques,
      danger: Math.min(100, (first ?? ANY).danger + (seen.length > 1 ? 3 : 0)),
      confidence: first === undefined ? 70 : 95,
      at: first === undefined ? 0 : Math.max(0, view.lower.search(first.needle)),
      why: first === undefined ? ANY.why : seen.map((habit) => habit.why).join('; '),
    };
  },
};
