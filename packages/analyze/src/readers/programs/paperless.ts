import { failed, type Program, patternProgram } from '../program.ts';

/** Paperless-ngx. */
export const paperless: Program = patternProgram({ service: 'paperless-ngx', ownFile: true }, [
  ['{_:first}[paperless.auth] Login failed for user `{user}` from private IP `{client}`{*}', failed()],
  ['{_:first}[paperless.auth] Login failed for user `{user}` from IP `{client}`{*}', failed()],
  ['{_:first}[paperless.auth] Login failed for user `{user}` from IP `{client}.`{*}', failed()],
]);
