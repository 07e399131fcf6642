import type { Address } from '@aegis/model';
import type { MemoryReport } from '@aegis/ports';

export const KILL_TEST_BATCH_SIZE = 10;

/** The reports of one batch: as many on one pattern, and on one server of this batch's own. */
export function killTestBatch(round: number, number: number): readonly MemoryReport[] {
  return Array.from({ length: KILL_TEST_BATCH_SIZE }, (_, i): readonly MemoryReport[] => {
    const common = { node: `node-${i}`, at: number };
    return [
      {
        ...common,
        kind: 'pattern',
        report: `pattern ${round} ${number} ${i}`,
        pattern: `round ${round}`,
        attackType: 'scanner',
        signatures: [`${number}`],
        source: '192.0.2.1' as Address,
        severity: 1,
        region: 'eu',
        blocked: false,
      },
      {
        ...common,
        kind: 'cc_server',
        report: `server ${round} ${number} ${i}`,
        address: `2001:db8::${round}` as Address,
        port: number,
        bots: { [`bot-${i}`]: i },
        score: 1,
        confidence: 1,
        blocked: false,
      },
    ];
  }).flat();
}
