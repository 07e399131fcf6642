import { textIn } from '../json-fields.ts';
import { parseJsonLine } from '../json-line.ts';
import { loginFinding, type Program } from '../program.ts';

/** Magento's events: `[time] channel.LEVEL: {…} []`. */
export const magento: Program = {
  service: 'magento',
  ownFile: true,
  read({ text }) {
    const start = text.indexOf('{"type":"');
    const end = text.lastIndexOf('}');
    if (start < 0 || end < start) return undefined;
    const parsed = parseJsonLine(text.slice(start, end + 1));
    if (!parsed.ok || !textIn(parsed.value, ['type'])?.endsWith('_LOGIN_FAILED')) return undefined;
    return loginFinding({
      service: 'magento',
      user: textIn(parsed.value, ['username']) ?? '',
      client: textIn(parsed.value, ['ip']) ?? '',
      success: false,
      failure: 'bad_credentials',
    });
  },
};
