import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** Sonarr, Radarr and their like. */
export const sonarr: Program = patternProgram(
  { service: 'sonarr', tags: ['mono', 'Sonarr', 'Radarr', 'sonarr', 'radarr', 'prowlarr', 'Prowlarr'] },
  [
    ["[Warn] Auth: Auth-Failure ip {client} username '{user}'", failed()],
    ["[Info] Auth: Auth-Success ip {client} username '{user}'", accepted],
  ],
);
