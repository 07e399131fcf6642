import { linePattern } from '../line-pattern.ts';
import { loginFinding, type Program } from '../program.ts';

const ERROR = linePattern(
  '{_:first}type=LOGIN_ERROR, {_:first}ipAddress={client}, error={error:first}, {rest:rest}',
);
const QUOTED = linePattern(
  '{_:first}type="LOGIN_ERROR", {_:first}ipAddress="{client}", error="{error:first}", {rest:rest}',
);
const USER = /(?:^|, )username="?([^,"]{1,256})/;

/** Keycloak's events; since version 22 with quotes. */
export const keycloak: Program = {
  service: 'keycloak',
  ownFile: true,
  read({ text }) {
    const found = ERROR(text) ?? QUOTED(text);
    if (found === undefined) return undefined;
    const { client = '', error = '', rest = '' } = found;
    if (error !== 'user_not_found' && error !== 'invalid_user_credentials') return undefined;
    const failure = error === 'user_not_found' ? 'unknown_user' : 'bad_credentials';
    return loginFinding({
      service: 'keycloak',
      user: USER.exec(rest)?.[1] ?? '',
      client,
      success: false,
      failure,
    });
  },
};
