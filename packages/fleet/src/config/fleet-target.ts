import { createHash } from 'node:crypto';
import { Result } from '@aegis/model';

/**
 * Whom a config is for: `all`, `group:web`, `room:fra-2`, `agent:01930f6c-…`. Narrower ones come later and win:
 * in this order.
 */
export type FleetTarget = string & { readonly [brand]: 'FleetTarget' };
declare const brand: unique symbol;

const KINDS = ['all', 'group', 'room', 'agent'] as const;
type Kind = (typeof KINDS)[number];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Who an agent is, as far as targets go. */
export interface TargetedAgent {
  readonly id: string;
  readonly groups: readonly string[];
  readonly room: string | undefined;
}

interface FleetTargets {
  readonly all: FleetTarget;
  parse(text: string): Result<FleetTarget, string>;
  /** Every target that an agent is within, the widest first. */
  of(agent: TargetedAgent): readonly FleetTarget[];
}

export const FleetTarget: FleetTargets = Object.freeze({
  all: 'all' as FleetTarget,

  parse(text: string): Result<FleetTarget, string> {
    const [kind, name, ...rest] = text.split(':');
    const isKnown = KINDS.includes(kind as Kind) && rest.length === 0;
    const isWhole = kind === 'all' ? name === undefined : NAME.test(name ?? '');
    if (isKnown && isWhole) return Result.ok(text as FleetTarget);
    return Result.err('expected all, group:NAME, room:NAME or agent:ID');
  },

  of({ id, groups, room }: TargetedAgent): readonly FleetTarget[] {
    return [
      'all',
      ...[...groups].sort().map((group) => `group:${group}`),
      ...(room === undefined ? [] : [`room:${room}`]),
      `agent:${id}`,
    ] as readonly string[] as readonly FleetTarget[];
  },
});

/**
 * Whether an agent is in the first `percent` of a fleet, for a change of this name: the same agents at 20% as at 10%
 * and others besides, and other ones for other changes.
 */
export function inShare(agent: string, change: string, percent: number): boolean {
  const digest = createHash('sha256').update(`${change}\n${agent}`).digest();
  return digest.readUInt32BE() / 2 ** 32 < percent / 100;
}
