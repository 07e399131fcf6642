import type { Section } from '../setting.ts';
import { duration, flag, text, whole } from '../setting-kinds.ts';
import { HOST } from './host.ts';

export interface CrowdsecSettings {
  readonly enabled: boolean;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly banMs: number;
}

export const crowdsecSection: Section<CrowdsecSettings> = {
  is: 'section',
  key: 'crowdsec',
  doc: "A server that speaks CrowdSec's local API, so that its bouncers enforce decisions of Aegis and its agents send their alerts. Bouncers use a key of the role enforcer.",
  members: {
    enabled: flag({
      key: 'enabled',
      doc: 'Turns it on.',
      initial: false,
    }),
    host: text({
      ...HOST,
      doc: 'The address to listen on. Bouncers and agents of other machines need one that they reach.',
      cost: 'Keys and passwords travel in clear text: listen elsewhere only behind a proxy that ends TLS, or in a private network.',
    }),
    port: whole({
      key: 'port',
      doc: "The TCP port; 8080 is where CrowdSec's own clients look first. 0 takes a free one.",
      initial: 8080,
      min: 0,
      max: 65_535,
    }),
    banMs: duration({
      key: 'ban',
      doc: 'How long an attacker is banned whom an agent reports without a decision of its own, counted from its last event.',
      cost: 'A wrong alert harms for longer.',
      initial: '4h',
      min: '1m',
      max: '365d',
    }),
  },
};
