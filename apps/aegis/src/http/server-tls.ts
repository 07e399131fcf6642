import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { AegisError } from '@aegis/model';

/** Files of a server's TLS as PEM; all empty where it speaks in clear text. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Whoever connects must show a certificate of this authority; empty: nobody needs one. */
  readonly clientCaFile: string;
}

/** What a TLS server of Node is given. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  readonly minVersion: 'TLSv1.2';
}

/**
 * Undefined where no certificate is named. Throws AegisError `bad_tls` where a file is not there or is not what
 * `section` says it is, and where key and certificate do not belong together.
 */
export function readServerTls(files: TlsFiles, section: string): ServerTls | undefined {
  if (files.certFile === '') return undefined;
  const cert = readPem(files.certFile, `${section}.tls.cert_file`);
  const key = readPem(files.keyFile, `${section}.tls.key_file`);
  proved({ cert }, `${section}.tls.cert_file`, files.certFile, 'no certificate as PEM');
  proved({ cert, key }, `${section}.tls.key_file`, files.keyFile, 'not the private key of the certificate');
  const isMutual = files.clientCaFile !== '';
  const shared = {
    cert,
    key,
    requestCert: isMutual,
    rejectUnauthorized: isMutual,
    minVersion: 'TLSv1.2',
  } as const;
  if (!isMutual) return shared;
  const setting = `${section}.tls.client_ca_file`;
  const ca = readPem(files.clientCaFile, setting);
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new AegisError('bad_tls', `${setting}: ${files.clientCaFile} is no certificate as PEM`);
  proved({ ca }, setting, files.clientCaFile, 'no certificate as PEM');
  return { ...shared, ca };
}

function readPem(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('bad_tls', `${setting}: ${message}`, { cause });
  }
}

function proved(options: SecureContextOptions, setting: string, file: string, wrong: string): void {
  try {
    createSecureContext(options);
  } catch (cause) {
    throw new AegisError('bad_tls', `${setting}: ${file} is ${wrong}`, { cause });
  }
}
