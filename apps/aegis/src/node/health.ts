import type { ConsumerGroup } from '@aegis/ports';
import type { Health, PartHealth } from './services.ts';

/** A part that can say in words what keeps it from working; empty when nothing does. */
export interface Troubled {
  readonly name: string;
  readonly trouble: string;
}

/** `optional` are parts that a node does without: they are told and do not count. */
export function createHealth(
  group: ConsumerGroup,
  parts: readonly Troubled[],
  optional: () => readonly Troubled[] = () => [],
): Health {
  return {
    async report() {
      const needed: Readonly<Record<string, PartHealth>> = Object.fromEntries([
        ...parts.map(healthOf),
        ['stream', await streamHealth(group)],
      ]);
      return {
        ready: Object.values(needed).every(({ ok }) => ok),
        parts: { ...needed, ...Object.fromEntries(optional().map(healthOf)) },
      };
    },
  };
}

function healthOf({ name, trouble }: Troubled): readonly [string, PartHealth] {
  return [name, { ok: trouble === '', detail: trouble || 'works' }];
}

async function streamHealth(group: ConsumerGroup): Promise<PartHealth> {
  try {
    const { waiting, pending, buried } = await group.stats();
    return { ok: true, detail: `${waiting} waiting, ${pending} in work, ${buried} dead letters` };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
