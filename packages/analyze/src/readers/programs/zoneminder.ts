import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** ZoneMinder. */
export const zoneminder: Program = patternProgram({ service: 'zoneminder', ownFile: true }, [
  ['{_:first}.ERR [{client}] [Could not retrieve user {user} details] at {*}', failed('unknown_user')],
  ['{_:first}.ERR [{client}] [Login denied for user "{user}"] at {*}', failed()],
  ['{_:first}.INF [{client}] [Login successful for user "{user}"] at {*}', accepted],
]);
