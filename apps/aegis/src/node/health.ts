import type { ConsumerGroup } from '@aegis/ports';
import type { Health, PartHealth } from './services.ts';

/** A part that can say in words what keeps it from working; empty when nothing does. */
export interface Troubled {
  readonly name: string;
  readonly trouble: string;
}

export function createHealth(group: ConsumerGroup, parts: readonly Troubled[]): Health {
  return {
    async report() {
      const own = parts.map(({ name, trouble }): readonly [string, PartHealth] => [
        name,
        { ok: trouble === '', detail: trouble || 'works' },
      ]);
      const all = Object.fromEntries([...own, ['stream', await streamHealth(group)]]);
      return { ready: Object.values(all).every(({ ok }) => ok), parts: all };
    },
  };
}

async function streamHealth(group: ConsumerGroup): Promise<PartHealth> {
  try {
    const { waiting, pending, buried } = await group.stats();
    return { ok: true, detail: `${waiting} waiting, ${pending} in work, ${buried} dead letters` };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
