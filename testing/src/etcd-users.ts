import type { EtcdServer } from './etcd-server.ts';

export interface EtcdUser {
  readonly name: string;
  readonly password: string;
  /** All that it may read and write. */
  readonly prefix: string;
}

/** From now on nobody gets in without a password: a root, whose password is `root`, and this user. */
export async function requireUser(etcd: EtcdServer, { name, password, prefix }: EtcdUser): Promise<void> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const last = prefix.charCodeAt(prefix.length - 1);
  const end = prefix.slice(0, -1) + String.fromCharCode(last + 1);
  await etcd.ask('auth/user/add', { name: 'root', password: 'root' });
  await etcd.ask('auth/role/add', { name: 'root' });
  await etcd.ask('auth/user/grant', { user: 'root', role: 'root' });
  await etcd.ask('auth/user/add', { name, password });
  await etcd.ask('auth/role/add', { name });
  await etcd.ask('auth/role/grant', {
    name,
    perm: { permType: 'READWRITE', key: base64(prefix), range_end: base64(end) },
  });
  await etcd.ask('auth/user/grant', { user: name, role: name });
  await etcd.ask('auth/enable', {});
}
