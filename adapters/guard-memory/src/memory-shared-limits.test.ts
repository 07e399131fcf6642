import { sharedLimitsConformance } from '@aegis/ports/conformance';
import { MemoryLimitBook } from './memory-shared-limits.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
let book = new MemoryLimitBook(clock);

sharedLimitsConformance('memory', {
  open: async () => book.view(),
  async cleanup() {
    book = new MemoryLimitBook(clock);
  },
});
