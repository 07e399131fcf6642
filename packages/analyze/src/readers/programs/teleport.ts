import { parseTime } from '../../normalize/parse-time.ts';
import { textIn } from '../json-fields.ts';
import { loginFinding, type Program } from '../program.ts';

/** Teleport's audit log, JSON lines. */
export const teleport: Program = {
  service: 'teleport',
  ownFile: ({ json }) => json !== undefined && 'cluster_name' in json && 'event' in json,
  read({ json }) {
    if (json?.event !== 'user.login') return undefined;
    const success = json.success === true;
    const at = parseTime(textIn(json, ['time']));
    const found = loginFinding({
      service: 'teleport',
      user: textIn(json, ['user']) ?? '',
      client: textIn(json, ['addr.remote']) ?? '',
      success,
      ...(!success && { failure: 'bad_credentials' }),
    });
    return found === undefined ? undefined : { ...found, ...(at !== undefined && { at }) };
  },
};
