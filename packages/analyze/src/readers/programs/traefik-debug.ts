import { linePattern } from '../line-pattern.ts';
import { noticeFinding, type Program } from '../program.ts';
import { logfmt } from './logfmt.ts';

const TCP = linePattern('Handling TCP connection from {client}:{_:number} to {destination:rest}');
const UDP = linePattern('Handling UDP stream from {client}:{_:number} to {destination:rest}');

/** Traefik's own log at level debug: connections of TCP and UDP routers, which have no access log. */
export const traefikDebug: Program = {
  service: 'traefik',
  ownFile: true,
  read({ whole }) {
    if (!whole.includes('msg="Handling ')) return undefined;
    const message = logfmt(whole).get('msg') ?? '';
    const found = TCP(message) ?? UDP(message);
    if (found === undefined) return undefined;
    const { client, ...data } = found;
    return noticeFinding('traefik', 'connection', data, client);
  },
};
