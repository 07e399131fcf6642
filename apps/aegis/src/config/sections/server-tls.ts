import type { TlsFiles } from '../../http/server-tls.ts';
import type { Section } from '../setting.ts';
import { text } from '../setting-kinds.ts';
import { FILE_NAME } from './file-name.ts';

/** Of each server of its own that can speak TLS. */
export const SERVER_TLS: Section<TlsFiles> = {
  is: 'section',
  key: 'tls',
  doc: 'Encryption of what comes in. Files are read when the node starts: restart it after a certificate was renewed.',
  members: {
    certFile: text({
      ...FILE_NAME,
      key: 'cert_file',
      doc: 'The certificate of this server and those that lead to its authority, as PEM. Empty: clear text.',
    }),
    keyFile: text({ ...FILE_NAME, key: 'key_file', doc: 'The private key of cert_file, as PEM.' }),
    clientCaFile: text({
      ...FILE_NAME,
      key: 'client_ca_file',
      doc: 'Whoever connects must show a certificate of this authority (mutual TLS), besides the API key. Empty: nobody needs one.',
    }),
  },
};
