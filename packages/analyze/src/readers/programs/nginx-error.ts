import { linePattern } from '../line-pattern.ts';
import { type Finding, loginFinding, noticeFinding, type Program } from '../program.ts';

const BASIC = linePattern('{_:first} user "{user}" was not found in "{_:first}", client: {client}, {*}');
const PASSWORD = linePattern('{_:first} user "{user}": password mismatch, client: {client}, {*}');
const CLIENT = /, client: ([0-9A-Fa-f:.]{2,45}), server: /;

/** nginx's error log, with what ModSecurity says in it. What follows the client is the client's own text. */
export const nginxError: Program = {
  service: 'nginx',
  ownFile: ({ whole }) => /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]+\] \d+#\d+: /.test(whole),
  read({ text, whole }) {
    if (!/^\[[a-z]+\] \d+#\d+: /.test(text)) return undefined;
    const unknown = BASIC(text);
    const wrong = PASSWORD(text);
    const found = unknown ?? wrong;
    if (found !== undefined)
      return loginFinding({
        service: 'nginx',
        user: found.user ?? '',
        client: found.client ?? '',
        success: false,
        failure: unknown === undefined ? 'bad_credentials' : 'unknown_user',
      });
    const client = CLIENT.exec(whole)?.[1];
    if (client === undefined) return undefined;
    if (text.includes('ModSecurity: ')) return modSecurity(text, client);
    if (text.includes('limiting requests, excess:'))
      return noticeFinding('nginx', 'requests_limited', {}, client);
    if (text.includes('access forbidden by rule'))
      return noticeFinding('nginx', 'access_forbidden', {}, client);
    return undefined;
  },
};

function modSecurity(text: string, client: string): Finding | undefined {
  const field = (name: string): string => new RegExp(`\\[${name} "([^"]{0,200})"\\]`).exec(text)?.[1] ?? '';
  return noticeFinding('waf', 'waf_match', { rule: field('id'), severity: field('severity') }, client);
}
