import { loginFinding, type Program } from '../program.ts';

const FAILURES: ReadonlySet<string> = new Set([
  'ChallengeResponseFailed',
  'InvalidPassword',
  'InvalidAccountID',
  'FailedACL',
]);

/** Asterisk's security log: `SecurityEvent="…",…`. The address is the peer's, `IPV4/UDP/192.0.2.1/5060`. */
export const asterisk: Program = {
  service: 'asterisk',
  tags: ['asterisk'],
  ownFile: true,
  read({ text }) {
    if (!text.includes('SecurityEvent="')) return undefined;
    const field = (name: string): string => {
      const start = text.lastIndexOf(`${name}="`) + name.length + 2;
      return text.slice(start, text.indexOf('"', start));
    };
    const event = field('SecurityEvent');
    if (!FAILURES.has(event)) return undefined;
    return loginFinding({
      service: 'asterisk',
      user: field(',AccountID'),
      client: field(',RemoteAddress').split('/')[2] ?? '',
      success: false,
      failure: event === 'InvalidAccountID' ? 'unknown_user' : 'bad_credentials',
    });
  },
};
