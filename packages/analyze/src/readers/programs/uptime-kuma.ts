import { failed, type Program, patternProgram } from '../program.ts';

/** Uptime Kuma and Dockge, of one author. */
export const uptimeKuma: Program = patternProgram({ service: 'uptime-kuma', ownFile: true }, [
  ['[AUTH] WARN: Incorrect username or password for user {user}. IP={client}', failed()],
  ['[AUTH] WARN: Invalid token provided for user {user}. IP={client}', failed()],
]);
