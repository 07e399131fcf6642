import { type Collection, type IndexDescription, type MongoClient, MongoServerError } from 'mongodb';
import { ATTACKERS } from './attackers.ts';
import { CC_SERVERS } from './cc-servers.ts';
import { COUNTED_REPORTS } from './counted-reports.ts';
import { PATTERNS } from './patterns.ts';

interface Layout {
  readonly collection: string;
  readonly indexes: readonly IndexDescription[];
  /** Every write names it whole, so that it goes to one shard. */
  readonly shardKey: Readonly<Record<string, 'hashed'>>;
}

const byTime: IndexDescription = { name: 'by_time', key: { last_seen: -1, _id: 1 } };

const LAYOUT: readonly Layout[] = [
  {
    collection: PATTERNS.collection,
    indexes: [byTime, { name: 'by_signature', key: { signatures: 1, first_seen: -1, _id: -1 } }],
    shardKey: { _id: 'hashed' },
  },
  { collection: ATTACKERS.collection, indexes: [byTime], shardKey: { _id: 'hashed' } },
  {
    collection: CC_SERVERS.collection,
    indexes: [{ name: 'by_time', key: { last_seen: -1, ip: 1, port: 1 } }],
    shardKey: { ip: 'hashed' },
  },
  {
    collection: COUNTED_REPORTS,
    indexes: [{ name: 'by_time', key: { at: 1 } }],
    shardKey: { _id: 'hashed' },
  },
];

/** Makes the indexes that are missing and, where this is the router of a sharded cluster, spreads the collections. */
export async function layOut(client: MongoClient, database: string): Promise<void> {
  const db = client.db(database);
  for (const { collection, indexes } of LAYOUT) {
    const there = await indexNames(db.collection(collection));
    const missing = indexes.filter(({ name = '' }) => !there.has(name));
    if (missing.length > 0) await db.collection(collection).createIndexes([...missing]);
  }
  const hello = await db.command({ hello: 1 });
  if (hello.msg !== 'isdbgrid') return;
  const admin = client.db('admin');
  await admin.command({ enableSharding: database });
  for (const { collection, shardKey } of LAYOUT)
    await admin.command({ shardCollection: `${database}.${collection}`, key: shardKey });
}

const NAMESPACE_NOT_FOUND = 26;

async function indexNames(collection: Collection): Promise<ReadonlySet<string>> {
  try {
    const indexes = (await collection.listIndexes().toArray()) as readonly { readonly name: string }[];
    return new Set(indexes.map(({ name }) => name));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return new Set();
    throw error;
  }
}
