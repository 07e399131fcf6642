import { ManualClock } from '@aegis/model';
import { enforcerConformance } from '@aegis/ports/conformance';
import { createMemoryEnforcer } from './memory-enforcer.ts';

const clock = new ManualClock();

enforcerConformance('memory', {
  open: async () => createMemoryEnforcer({ clock }),
  now: () => clock.now(),
  advance: async (ms) => clock.advance(ms),
  cleanup: async () => {},
});
