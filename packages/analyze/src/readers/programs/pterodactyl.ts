import { failed, type Program, patternProgram } from '../program.ts';

/** Pterodactyl Wings. */
export const pterodactyl: Program = patternProgram({ service: 'pterodactyl', ownFile: true }, [
  [
    ']{_:first}failed to validate user credentials ({_:first}) ip={client}:{_:number} subsystem={_:first} username={user:rest}',
    failed(),
  ],
]);
