import { failed, notice, type Program, patternProgram } from '../program.ts';

/** FreeSWITCH, SIP. */
export const freeswitch: Program = patternProgram({ service: 'freeswitch', ownFile: true }, [
  [
    "{_:first}SIP auth failure ({method:first}) on sofia profile '{_:first}' for [{user}] from ip {client}",
    failed(),
  ],
  ["{_:first}Can't find user [{user}] from {client}", failed('unknown_user')],
  ['{_:first}IP {client} Rejected by {list:rest}', notice('sip_refused')],
]);
