import type { Section } from '../setting.ts';
import { text } from '../setting-kinds.ts';

export interface MemorySettings {
  /** Empty: the embedded memory. */
  readonly url: string;
  readonly database: string;
}

export const memorySection: Section<MemorySettings> = {
  is: 'section',
  key: 'memory',
  doc: 'What was learned of attacks, attackers and C&C servers. Its password on MongoDB is a secret: AEGIS_MEMORY_PASSWORD or AEGIS_MEMORY_PASSWORD_FILE.',
  members: {
    url: text({
      key: 'url',
      doc: 'The MongoDB, 5 or later, that keeps it: a server, a replica set or the routers of a sharded cluster. Empty: the embedded memory in the data directory.',
      initial: '',
      pattern: /^(?:mongodb(?:\+srv)?:\/\/(?:[^\s:@/]+@)?[^\s@]{1,1000})?$/,
      expected: 'a URL without a password, such as mongodb://aegis@mongo-1,mongo-2/?replicaSet=rs0&tls=true',
      variables: ['MONGODB_URI'],
    }),
    database: text({
      key: 'database',
      doc: 'The database on that server.',
      initial: 'aegis',
      pattern: /^[A-Za-z0-9_-]{1,60}$/,
      expected: 'a name of at most 60 letters, digits, _ and -',
    }),
  },
};
