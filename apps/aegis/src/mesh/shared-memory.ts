import type { Memory, MemoryReport } from '@aegis/ports';

/** Attack memory whose reports other nodes hear of, once they are kept here. */
export function sharedMemory(
  memory: Memory,
  share: (reports: readonly MemoryReport[]) => Promise<void>,
): Memory {
  return {
    async report(reports) {
      await memory.report(reports);
      await share(reports);
    },
    pattern: (id) => memory.pattern(id),
    patternsSharing: (signatures) => memory.patternsSharing(signatures),
    patterns: (query) => memory.patterns(query),
    attacker: (address) => memory.attacker(address),
    attackers: (query) => memory.attackers(query),
    ccServer: (address, port) => memory.ccServer(address, port),
    ccServers: (query) => memory.ccServers(query),
    forget: (before) => memory.forget(before),
    close: () => memory.close(),
  };
}
