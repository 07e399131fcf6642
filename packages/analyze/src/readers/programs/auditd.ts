import { noticeFinding, type Program } from '../program.ts';

/** Only these are of interest here: a program is started, and one ended badly. */
const EVENTS: ReadonlyMap<string, string> = new Map([
  ['SYSCALL', 'program_started'],
  ['ANOM_ABEND', 'program_crashed'],
]);
/** execve on x86-64 (59), i386 (11) and arm64 (221). */
const EXECVE = / syscall=(?:59|11|221) /;
/** Linux's setuid bit in a mode of five or more octal digits. */
const SETUID = / mode=0?10[4-7]\d{3} /;

/** The Linux audit log. There is no client: what happened is told of a process, its parent and its user. */
export const auditd: Program = {
  service: 'auditd',
  tags: ['audit', 'audispd'],
  ownFile: ({ whole }) => /^type=[A-Z_]+ msg=audit\(/.test(whole),
  read({ whole }) {
    const head = /type=([A-Z_]{1,40}) msg=audit\((\d{10}\.\d{3}):/.exec(whole.slice(0, 300));
    if (head === null) return undefined;
    const [, type = '', seconds] = head;
    const field = (name: string): string =>
      new RegExp(` ${name}=(?:"([^"]{0,512})"|(\\S{0,512}))`).exec(whole)?.slice(1).find(Boolean) ?? '';
    const at = Math.round(Number(seconds) * 1_000);
    if (type === 'PATH' && SETUID.test(whole)) {
      const found = noticeFinding('auditd', 'setuid_program', { exe: field('name') });
      return found === undefined ? undefined : { ...found, at };
    }
    const event = EVENTS.get(type);
    if (event === undefined || (type === 'SYSCALL' && !EXECVE.test(whole))) return undefined;
    const data = {
      exe: field('exe'),
      pid: field('pid'),
      ppid: field('ppid'),
      uid: field('uid'),
      success: field('success'),
      signal: field('sig'),
    };
    const found = noticeFinding('auditd', event, data);
    return found === undefined ? undefined : { ...found, at };
  },
};
