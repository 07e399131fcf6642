export { createMemoryEnforcer, type MemoryEnforcerOptions } from './memory-enforcer.ts';
