/** Writes to the ledger of the path it is given until it is killed, and says which batches were acknowledged. */
import { writeSync } from 'node:fs';
import type { DecisionEvent } from '@aegis/ports';
import { openSqliteLedger } from './sqlite-ledger.ts';

const [path = '', round = ''] = process.argv.slice(2);
const ledger = openSqliteLedger({ path });

/** Twenty decisions, and the first of them lifted. */
function batch(number: number): readonly DecisionEvent[] {
  const made = Array.from({ length: 20 }, (_, i): DecisionEvent => {
    const id = `${round}-${number}-${i}`;
    return {
      kind: 'made',
      id: `made-${id}`,
      at: number,
      by: 'child',
      decision: {
        id,
        scope: 'ip',
        value: `192.0.2.${i}`,
        action: 'ban',
        reason: 'kill test',
        origin: 'aegis',
        source: '',
        weight: 1,
        created: number,
        expires: 1e12,
      },
    };
  });
  const decisionId = `${round}-${number}-0`;
  const lifted: DecisionEvent = {
    kind: 'lifted',
    id: `lifted-${decisionId}`,
    at: number + 1,
    by: 'child',
    decisionId,
    reason: 'kill test',
  };
  return [...made, lifted];
}

let next = 0;
async function writeOn(): Promise<void> {
  for (;;) {
    const number = next++;
    await ledger.appendDecisions(batch(number));
    writeSync(1, `${number}\n`);
  }
}
// Several at once, so that the kill meets commits that are shared.
await Promise.all([writeOn(), writeOn(), writeOn()]);
