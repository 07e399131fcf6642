import { parseTime } from '../../normalize/parse-time.ts';
import { loginFinding, type Program } from '../program.ts';

/** NTSTATUS: there is no such account. */
const NO_SUCH_USER = '0xc0000064';

/** Windows' security log as XML, one event a line: sign-ins that failed (4625). */
export const windowsSecurity: Program = {
  service: 'windows',
  ownFile: ({ whole }) => whole.startsWith('<Event xmlns="http://schemas.microsoft.com/win/'),
  read({ whole }) {
    if (!whole.startsWith('<Event ') || !whole.includes('<EventID>4625</EventID>')) return undefined;
    const data = (name: string): string => between(whole, `<Data Name="${name}">`, '</Data>');
    const at = parseTime(between(whole, 'SystemTime="', '"'));
    const found = loginFinding({
      service: 'windows',
      user: data('TargetUserName'),
      client: data('IpAddress'),
      success: false,
      failure: data('SubStatus').toLowerCase() === NO_SUCH_USER ? 'unknown_user' : 'bad_credentials',
    });
    return found === undefined ? undefined : { ...found, ...(at !== undefined && { at }) };
  },
};

function between(text: string, before: string, after: string): string {
  const start = text.indexOf(before);
  const end = start < 0 ? -1 : text.indexOf(after, start + before.length);
  return end < 0 ? '' : text.slice(start + before.length, end);
}
