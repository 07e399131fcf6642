import type { DecoyRequest, DecoyResponse, LoginAttempt } from '../decoy-message.ts';
import type { Fields } from '../fields.ts';
import { type Html, html } from '../html.ts';
import { layout } from '../layout.ts';
import { json, page, redirect } from '../response.ts';
import type { Page } from '../visit.ts';
import { databaseError, looksUnbalanced } from './database-error.ts';
import { refusal } from './refusal.ts';

const MAX_CREDENTIAL = 256;
const REALM = { 'www-authenticate': 'Basic realm="Larkfield staff"' };

function form(notice: Html): Html {
  return html`<h1>Sign in</h1>
${notice}<form action="/login" method="post">
<p><label>User name <input name="username" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Sign in</button></p>
</form>
<p>Forgotten your password? <a href="/contact">Write to us</a>.</p>`;
}

function attempt(username: string, password: string): LoginAttempt {
  return { username: username.slice(0, MAX_CREDENTIAL), password: password.slice(0, MAX_CREDENTIAL) };
}

function formAttempt(fields: Fields): LoginAttempt {
  const username = fields.get('username') ?? fields.get('user') ?? fields.get('email') ?? '';
  return attempt(username, fields.get('password') ?? fields.get('pass') ?? '');
}

/** Keeps the session a client already has, as PHP does. */
function withSession(request: DecoyRequest, response: DecoyResponse): DecoyResponse {
  if (request.headers.cookie?.includes('PHPSESSID=')) return response;
  const cookie = `PHPSESSID=${request.token}; path=/; HttpOnly`;
  return { ...response, headers: { ...response.headers, 'set-cookie': cookie } };
}

export const login: Page = ({ request, form: fields }) => {
  if (request.method !== 'POST') return page(200, layout('Sign in', form(html``)));
  const tried = formAttempt(fields);
  const answer = looksUnbalanced(tried.username)
    ? databaseError(tried.username)
    : page(
        200,
        layout(
          'Sign in',
          form(html`<p class="error">User name or password is wrong, ${tried.username}.</p>\n`),
        ),
      );
  return { ...withSession(request, answer), login: tried };
};

/** Pages behind the login: nobody ever gets past it. */
export const toLogin: Page = () => redirect('/login');

/** The staff area asks in the browser's own way (RFC 7617). */
export const staff: Page = ({ request }) => {
  const refused = refusal(401, 'Authorization Required', REALM);
  const [scheme, encoded] = (request.headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return refused;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const tried = colon < 0 ? attempt(text, '') : attempt(text.slice(0, colon), text.slice(colon + 1));
  return { ...refused, login: tried };
};

function jsonAttempt(body: string): LoginAttempt | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { username = '', password = '' } = value as Readonly<Record<string, unknown>>;
    const text = (field: unknown): string =>
      typeof field === 'string' ? field : (JSON.stringify(field) ?? '');
    return attempt(text(username), text(password));
  } catch {
    return undefined;
  }
}

export const apiLogin: Page = ({ request, form: fields }) => {
  if (request.method !== 'POST') return json(405, { error: 'method_not_allowed' });
  const tried = fields.size > 0 ? formAttempt(fields) : jsonAttempt(request.body);
  if (tried === undefined) return json(400, { error: 'invalid_json' });
  return { ...json(401, { error: 'invalid_credentials' }), login: tried };
};
