import { failed, type Program, patternProgram } from '../program.ts';

/** Jellyfin. */
export const jellyfin: Program = patternProgram({ service: 'jellyfin', ownFile: true }, [
  ['{_:first}UserManager: Authentication request for "{user}" has been denied (IP: "{client}").', failed()],
]);
