import type { ServerAddress } from '../server-address.ts';
import type { Section } from '../setting.ts';
import { duration, flag, servers, text } from '../setting-kinds.ts';
import { FILE_NAME } from './file-name.ts';

export interface RegistrySettings {
  /** Empty: the embedded registry. */
  readonly endpoints: readonly ServerAddress[];
  readonly prefix: string;
  readonly user: string;
  readonly timeoutMs: number;
  readonly keysLastMs: number;
  /** Empty: policies are not signed. */
  readonly policyKeyFile: string;
  readonly tls: RegistryTlsSettings;
}

interface RegistryTlsSettings {
  readonly enabled: boolean;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly serverName: string;
}

const tls: Section<RegistryTlsSettings> = {
  is: 'section',
  key: 'tls',
  doc: 'Encryption on the way to etcd. The certificates of its members have to be valid.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Whether etcd is spoken to over TLS.', initial: false }),
    caFile: text({
      ...FILE_NAME,
      key: 'ca_file',
      doc: 'The authority that signed the certificates of etcd, as PEM. Empty: the authorities that Node knows.',
    }),
    certFile: text({
      ...FILE_NAME,
      key: 'cert_file',
      doc: 'The certificate that this program shows, as PEM, for an etcd that asks for one (--client-cert-auth).',
    }),
    keyFile: text({
      ...FILE_NAME,
      key: 'key_file',
      doc: 'The private key of cert_file, as PEM.',
    }),
    serverName: text({
      key: 'server_name',
      doc: 'The name in the certificates of etcd, where it is not their host.',
      initial: '',
      pattern: /^[A-Za-z0-9._-]{0,253}$/,
      expected: 'a host name',
    }),
  },
};

export const registrySection: Section<RegistrySettings> = {
  is: 'section',
  key: 'registry',
  doc: 'What several nodes have in common: policies, API keys, the config of a fleet. Its password on etcd is a secret: AEGIS_REGISTRY_PASSWORD or AEGIS_REGISTRY_PASSWORD_FILE.',
  members: {
    endpoints: servers({
      key: 'endpoints',
      doc: 'The members of the etcd, 3.4 or later, that keeps it, nearest first: [etcd-1:2379, etcd-2:2379]. Empty: the embedded registry in the data directory.',
      most: 100,
      defaultPort: 2379,
    }),
    prefix: text({
      key: 'prefix',
      doc: 'Stands before every key. The user needs the right to read and write all that begins with it.',
      initial: 'aegis/',
      pattern: /^[!-~]{1,100}$/,
      expected: '1 to 100 printable characters without spaces, such as aegis/',
    }),
    user: text({
      key: 'user',
      doc: 'The user of etcd. Empty: none, or the one that the certificate names.',
      initial: '',
      pattern: /^[!-~]{0,255}$/,
      expected: 'a name of at most 255 printable characters without spaces',
    }),
    timeoutMs: duration({
      key: 'timeout',
      doc: 'How long a call may take over all endpoints. Past it etcd counts as away.',
      cost: 'Shorter than 10s: more changes of which nobody knows whether they were made, as etcd itself waits 7s for a new leader.',
      initial: '10s',
      min: '1s',
      max: '1m',
    }),
    keysLastMs: duration({
      key: 'keys_last',
      doc: 'How long API keys are believed while etcd is away.',
      cost: 'A key that is revoked on another node opens this one for as long.',
      initial: '1d',
      min: '1m',
      max: '30d',
    }),
    policyKeyFile: text({
      ...FILE_NAME,
      key: 'policy_key_file',
      doc: 'An Ed25519 private key as PEM, the same on every node: policies are signed with it, and others not taken. Empty: who may write to etcd may change policies.',
    }),
    tls,
  },
};
