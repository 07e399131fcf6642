import { isJsonObject } from '../../normalize/json-object.ts';
import { parseTime } from '../../normalize/parse-time.ts';
import { textIn } from '../json-fields.ts';
import { loginFinding, noticeFinding, type Program } from '../program.ts';

/** AWS CloudTrail, one event a line: who signed in to the console. */
export const cloudtrail: Program = {
  service: 'aws-console',
  ownFile: ({ json }) => json !== undefined && 'eventSource' in json && 'eventVersion' in json,
  read({ json }) {
    if (json?.eventName !== 'ConsoleLogin' || json.eventSource !== 'signin.amazonaws.com') return undefined;
    const success = textIn(json, ['responseElements.ConsoleLogin']) === 'Success';
    const client = textIn(json, ['sourceIPAddress']) ?? '';
    const user =
      textIn(json, ['userIdentity.arn', 'userIdentity.userName', 'userIdentity.principalId']) ?? '';
    const at = parseTime(json.eventTime);
    const found = success
      ? noticeFinding(
          'aws-console',
          'console_login',
          { user, mfa: mfaOf(json.additionalEventData), hour: at === undefined ? '' : hourOf(at) },
          client,
        )
      : loginFinding({ service: 'aws-console', user, client, success, failure: 'bad_credentials' });
    return found === undefined ? undefined : { ...found, ...(at !== undefined && { at }) };
  },
};

function mfaOf(data: unknown): string {
  return isJsonObject(data) && typeof data.MFAUsed === 'string' ? data.MFAUsed.toLowerCase() : '';
}

/** `workday` or `off_hours`, UTC: Monday to Friday from 8 to 18. */
function hourOf(at: number): string {
  const date = new Date(at);
  const day = date.getUTCDay();
  const hour = date.getUTCHours();
  return day >= 1 && day <= 5 && hour >= 8 && hour < 18 ? 'workday' : 'off_hours';
}
