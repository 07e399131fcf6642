import { memoryConformance } from '@aegis/ports/conformance';
import { describeWithReal, type MongodbServer, startMongodb } from '@aegis/testing';
import { afterAll, beforeAll, vi } from 'vitest';
import { openMongodbMemory } from './mongodb-memory.ts';

// FerretDB looks through a whole collection for each update; a real mongod takes a tenth.
vi.setConfig({ testTimeout: 240_000 });

describeWithReal('ferretdb', "Memory on a server of MongoDB's protocol", () => {
  let server: MongodbServer;
  let number = 0;
  beforeAll(async () => {
    server = await startMongodb();
  }, 120_000);
  afterAll(() => server.remove());

  memoryConformance('mongodb', {
    open: () => openMongodbMemory({ url: server.url, database: `memory_${++number}` }),
    reopen: () => openMongodbMemory({ url: server.url, database: `memory_${number}` }),
    // The next one gets a database of its own, and all of them go with the server.
    cleanup: async () => undefined,
  });
});
