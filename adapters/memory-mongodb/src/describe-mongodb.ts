import { clientOf, fault, type MongodbServerOptions } from './connect.ts';

/** What matters of a server that is to keep attack memory. */
export interface MongodbFacts {
  /** `7.0.14` */
  readonly version: string;
  readonly kind: 'server' | 'replica set' | 'sharded cluster';
}

/** Looks and changes nothing. Throws AegisError `memory_unavailable`. */
export async function describeMongodb(options: MongodbServerOptions): Promise<MongodbFacts> {
  try {
    const client = clientOf(options);
    try {
      const admin = client.db('admin');
      const hello = await admin.command({ hello: 1 });
      const { version } = await admin.command({ buildInfo: 1 });
      const isReplicaSet = hello.setName !== undefined;
      const kind = hello.msg === 'isdbgrid' ? 'sharded cluster' : isReplicaSet ? 'replica set' : 'server';
      return { version: String(version), kind };
    } finally {
      await client.close();
    }
  } catch (cause) {
    throw fault(cause);
  }
}
