import { failed, patternProgram, type Program } from '../program.ts';

/** Proxmox Backup Server. */
export const proxmoxBackup: Program = patternProgram(
  { service: 'proxmox-backup', ownFile: true },
  [
    [': authentication failure; rhost=[{client}]:{_:number} user={user} msg={*}', failed()],
  ],
);
