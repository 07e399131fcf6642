export { type MongodbMemoryOptions, openMongodbMemory } from './mongodb-memory.ts';
