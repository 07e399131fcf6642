import { failed, type Program, patternProgram } from '../program.ts';

/** Proxmox Backup Server. */
export const proxmoxBackup: Program = patternProgram({ service: 'proxmox-backup', ownFile: true }, [
  [': authentication failure; rhost=[{client}]:{_:number} user={user} msg={*}', failed()],
]);
