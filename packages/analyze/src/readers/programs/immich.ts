import { failed, type Program, patternProgram } from '../program.ts';

/** Immich. */
export const immich: Program = patternProgram({ service: 'immich', ownFile: true }, [
  ['{_:first}[AuthService] Failed login attempt for user {user} from ip address {client}', failed()],
]);
