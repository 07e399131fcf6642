import { failed, type Program, patternProgram } from '../program.ts';

/** Proxmox VE. */
export const proxmox: Program = patternProgram({ service: 'proxmox', tags: ['pvedaemon', 'pveproxy'] }, [
  ['authentication failure; rhost={client} user={user} msg=no such user {*}', failed('unknown_user')],
  ['authentication failure; rhost={client} user={user} msg={*}', failed()],
]);
