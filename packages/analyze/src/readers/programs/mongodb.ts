import { parseTime } from '../../normalize/parse-time.ts';
import { textIn } from '../json-fields.ts';
import { loginFinding, type Program } from '../program.ts';

/** MongoDB since 4.4, JSON lines. */
export const mongodb: Program = {
  service: 'mongodb',
  ownFile: ({ json }) => json !== undefined && 'ctx' in json && 'attr' in json,
  read({ json }) {
    if (json?.msg !== 'Authentication failed' || json.c !== 'ACCESS') return undefined;
    const at = parseTime(textIn(json, ['t.$date']));
    const error = textIn(json, ['attr.error']) ?? '';
    const found = loginFinding({
      service: 'mongodb',
      user: textIn(json, ['attr.principalName', 'attr.user']) ?? '',
      client: textIn(json, ['attr.remote', 'attr.client']) ?? '',
      success: false,
      failure: error.startsWith('UserNotFound') ? 'unknown_user' : 'bad_credentials',
    });
    return found === undefined ? undefined : { ...found, ...(at !== undefined && { at }) };
  },
};
