import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority and a certificate of it for this machine (`127.0.0.1`, `::1`, `localhost`), as PEM files. */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** The text of `caFile`. */
  readonly ca: string;
}

const DAYS = '2';
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes them with openssl in an existing folder. Fit for servers and clients, for two days. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string): string => join(folder, name);
  const openssl = (...words: readonly string[]): void =>
    void execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\n');
  const authority = ['-keyout', at('ca.key'), '-out', at('ca.crt')];
  openssl('req', '-x509', ...KEY, '-days', DAYS, '-subj', '/CN=Test authority', ...authority);
  const request = ['-keyout', at('server.key'), '-out', at('server.csr')];
  openssl('req', ...KEY, '-subj', '/CN=localhost', ...request);
  const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')];
  openssl('x509', '-req', '-in', at('server.csr'), ...signed, '-days', DAYS, '-out', at('server.crt'));
  return {
    caFile: at('ca.crt'),
    certFile: at('server.crt'),
    keyFile: at('server.key'),
    ca: readFileSync(at('ca.crt'), 'utf8'),
  };
}
