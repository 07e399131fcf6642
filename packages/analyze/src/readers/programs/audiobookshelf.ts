import { linePattern } from '../line-pattern.ts';
import { loginFinding, type Program } from '../program.ts';

const FAILED = linePattern(
  '[Auth] Failed login attempt for username "{user}" from ip {client} ({reason:rest}',
);

/** Audiobookshelf, JSON lines. */
export const audiobookshelf: Program = {
  service: 'audiobookshelf',
  ownFile: true,
  read({ json }) {
    const found = typeof json?.message === 'string' ? FAILED(json.message) : undefined;
    if (found === undefined) return undefined;
    const { user = '', client = '', reason = '' } = found;
    const failure = reason.startsWith('User not found') ? 'unknown_user' : 'bad_credentials';
    return loginFinding({ service: 'audiobookshelf', user, client, success: false, failure });
  },
};
