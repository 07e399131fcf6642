import { failed, patternProgram, type Program } from '../program.ts';

/** SABnzbd, which writes in the language of its user. The peer counts, not what it forwards for. */
export const sabnzbd: Program = patternProgram(
  { service: 'sabnzbd', ownFile: true },
  [
    ['::WARNING::[interface:{_:number}] Unsuccessful login attempt from {client} {*}', failed()],
    ['::WARNING::[interface:{_:number}] Mislukte login poging van {client} {*}', failed()],
  ],
);
