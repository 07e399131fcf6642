export { describeEtcd, type EtcdFacts, type EtcdMember } from './describe-etcd.ts';
export type { EtcdOptions, EtcdTls } from './etcd-options.ts';
export { openEtcdRegistry } from './etcd-registry.ts';
