import { readFileSync } from 'node:fs';
import { AegisError } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import type { EtcdOptions, EtcdTls } from '@aegis/registry-etcd';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';

/** The registry that this node shares with others; undefined where the config names none. Throws AegisError `bad_registry_tls`. */
export async function openSharedRegistry(config: Config, secrets: Secrets): Promise<Registry | undefined> {
  const options = etcdOptions(config, secrets);
  if (options === undefined) return undefined;
  // As with the ledger: only who has an etcd pays for the client.
  const { openEtcdRegistry } = await import('@aegis/registry-etcd');
  return openEtcdRegistry(options);
}

/** Whether several nodes have this one's registry. */
export function sharesRegistry({ registry }: Config): boolean {
  return registry.endpoints.length > 0;
}

/** Undefined where the config names no etcd. Throws AegisError `bad_registry_tls` where a file of its TLS is not there. */
export function etcdOptions({ registry }: Config, { registryPassword }: Secrets): EtcdOptions | undefined {
  const { endpoints, prefix, user, timeoutMs, tls } = registry;
  if (endpoints.length === 0) return undefined;
  return {
    endpoints: endpoints.map(({ host, port }) =>
      host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    ),
    prefix,
    ...(user === '' ? {} : { user }),
    ...(registryPassword === undefined ? {} : { password: registryPassword.reveal() }),
    ...(tls.enabled ? { tls: etcdTls(tls) } : {}),
    timeoutMs,
  };
}

function etcdTls({ caFile, certFile, keyFile, serverName }: Config['registry']['tls']): EtcdTls {
  return {
    ...pem('ca', caFile),
    ...pem('cert', certFile),
    ...pem('key', keyFile),
    ...(serverName === '' ? {} : { serverName }),
  };
}

function pem(name: 'ca' | 'cert' | 'key', file: string): EtcdTls {
  if (file === '') return {};
  try {
    return { [name]: readFileSync(file, 'utf8') };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('bad_registry_tls', `registry.tls.${name}_file: ${message}`, { cause });
  }
}
