import { loginFinding, type Program } from '../program.ts';

const SMTP =
  /^[^,]{20,32},[^,]{1,200},[0-9A-F]{16},\d+,[^,]{2,64},([^,]{2,64}),>,535 5\.7\.3 Authentication unsuccessful/;
const IMAP =
  /^[^,]{20,32},[0-9A-F]{16},\d+,[^,]{2,64},([^,]{2,64}),([^,]{0,256}),\d*,\d*,\d*,(?:authenticate|login|auth|pass),[^,]{0,64},/i;

/** Microsoft Exchange's protocol logs: receive connectors, IMAP and POP. */
export const exchange: Program = {
  service: 'exchange',
  ownFile: true,
  read({ whole }) {
    const failure = { service: 'exchange', success: false, failure: 'bad_credentials' } as const;
    const smtp = SMTP.exec(whole);
    if (smtp !== null) return loginFinding({ ...failure, user: '', client: smtp[1] ?? '' });
    const imap = IMAP.exec(whole);
    if (imap === null || !whole.includes('AuthFailed:LogonDenied')) return undefined;
    return loginFinding({ ...failure, user: imap[2] ?? '', client: imap[1] ?? '' });
  },
};
