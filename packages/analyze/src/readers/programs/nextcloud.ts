import { parseTime } from '../../normalize/parse-time.ts';
import { textIn } from '../json-fields.ts';
import { linePattern } from '../line-pattern.ts';
import { type Finding, loginFinding, noticeFinding, type Program } from '../program.ts';

const FAILED = linePattern('Login failed: {user} (Remote IP: {client})');
const BRUTE = linePattern('Bruteforce attempt from "{client}" detected for action "{action:first}".');
const DOMAIN = linePattern('Trusted domain error. "{client}" tried to access using "{host:rest}');

/** Nextcloud, JSON lines. */
export const nextcloud: Program = {
  service: 'nextcloud',
  ownFile: ({ json }) => json !== undefined && 'reqId' in json && 'remoteAddr' in json,
  read({ json }) {
    if (json === undefined || typeof json.message !== 'string' || !('reqId' in json)) return undefined;
    const found = read(json.message);
    const at = parseTime(textIn(json, ['time']));
    return found === undefined ? undefined : { ...found, ...(at !== undefined && { at }) };
  },
};

function read(message: string): Finding | undefined {
  const failed = FAILED(message);
  if (failed !== undefined) {
    const { user = '', client = '' } = failed;
    return loginFinding({ service: 'nextcloud', user, client, success: false, failure: 'bad_credentials' });
  }
  const brute = BRUTE(message);
  if (brute !== undefined)
    return noticeFinding('nextcloud', 'auth_limited', { action: brute.action ?? '' }, brute.client);
  const domain = DOMAIN(message);
  return domain === undefined ? undefined : noticeFinding('nextcloud', 'wrong_domain', {}, domain.client);
}
