import { Address } from '@aegis/model';
import { linePattern } from '../line-pattern.ts';
import { loginFinding, type Program } from '../program.ts';

const FAILED = [
  linePattern('::WARNING::[interface:{_:number}] Unsuccessful login attempt from {client} {rest:rest}'),
  linePattern('::WARNING::[interface:{_:number}] Mislukte login poging van {client} {rest:rest}'),
];
const FORWARDED = /^\(X-Forwarded-For: ([0-9A-Fa-f:., ]{2,500})\) /;
const PRIVATE = /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd]|fe80:|::1$)/;

/**
 * SABnzbd, which writes in the language of its user. Behind a proxy, which has a private address, the client is the
 * last public address that was forwarded for, or the first where all are private: what the client itself wrote in
 * front never counts while there is a public one.
 */
export const sabnzbd: Program = {
  service: 'sabnzbd',
  ownFile: true,
  read({ text }) {
    for (const pattern of FAILED) {
      const found = pattern(text);
      if (found === undefined) continue;
      const { client = '', rest = '' } = found;
      const forwarded = (FORWARDED.exec(rest)?.[1] ?? '').split(',').map((each) => each.trim());
      const told = forwarded.filter((each) => Address.parse(each).ok);
      const from = PRIVATE.test(client)
        ? (told.findLast((each) => !PRIVATE.test(each)) ?? told[0] ?? client)
        : client;
      return loginFinding({
        service: 'sabnzbd',
        user: '',
        client: from,
        success: false,
        failure: 'bad_credentials',
      });
    }
    return undefined;
  },
};
