import type { ProxyProtocolSettings } from '../../http/http-config.ts';
import type { Section } from '../setting.ts';
import { flag, prefixes, text, whole } from '../setting-kinds.ts';
import { HOST } from './host.ts';

export const proxyProtocolSection: Section<ProxyProtocolSettings> = {
  is: 'section',
  key: 'proxy_protocol',
  doc: 'A second port of the HTTP API for proxies that pass connections on as they are (HAProxy in TCP mode, nginx stream, load balancers of clouds) and begin each with the PROXY protocol, version 1 or 2. The client is then who the header names.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Turns it on.', initial: false }),
    host: text({ ...HOST, doc: 'The address to listen on.' }),
    port: whole({
      key: 'port',
      doc: 'The TCP port. 0 takes a free one.',
      initial: 8413,
      min: 0,
      max: 65_535,
    }),
    from: prefixes({
      key: 'from',
      doc: 'The proxies. Only they may connect, and each connection must begin with the header.',
      cost: 'Whoever is in this list can pretend to be any address.',
      most: 256,
    }),
  },
};
