import { linePattern } from '../line-pattern.ts';
import { loginFinding, type Program } from '../program.ts';

const FAILED = linePattern('{_:first}FATAL:  password authentication failed for user "{user}"');
const NO_ENTRY = linePattern('{_:first}FATAL:  no pg_hba.conf entry for host "{client}", user "{user}", {*}');
const UNKNOWN = linePattern('{_:first}FATAL:  role "{user}" does not exist');
const HOST = /^([0-9A-Fa-f:.]{2,45})(?:\(\d+\))? /;

/** PostgreSQL with a log_line_prefix that begins with the host (`%h` or `%r`). */
export const postgresql: Program = {
  service: 'postgresql',
  tags: ['postgres', 'postgresql'],
  ownFile: true,
  read({ text, whole }) {
    const refused = NO_ENTRY(text);
    const unknown = UNKNOWN(text);
    const found = refused ?? unknown ?? FAILED(text);
    const client = refused?.client ?? HOST.exec(whole)?.[1];
    if (found === undefined || client === undefined) return undefined;
    const failure = unknown === undefined ? 'bad_credentials' : 'unknown_user';
    return loginFinding({ service: 'postgresql', user: found.user ?? '', client, success: false, failure });
  },
};
