export { describeMongodb, type MongodbFacts } from './describe-mongodb.ts';
export { type MongodbMemoryOptions, openMongodbMemory } from './mongodb-memory.ts';
