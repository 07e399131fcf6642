export { MemoryLimitBook } from './memory-shared-limits.ts';
