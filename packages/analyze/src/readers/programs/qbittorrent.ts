import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** qBittorrent. */
export const qbittorrent: Program = patternProgram({ service: 'qbittorrent', ownFile: true }, [
  ['- WebAPI login failure. Reason: {_:first}, IP: {client}, username: {user:rest}', failed()],
  ['- WebAPI login success. IP: {client}', accepted],
]);
