import type { ThreatLevel } from '@aegis/model';
import type { NotificationItem } from '@aegis/ports';
import type { NotificationEvent } from '../config/sections/notifications-section.ts';

/** Something that people may want to be told of. */
export interface Happening {
  readonly event: NotificationEvent;
  readonly level: ThreatLevel;
  readonly item: NotificationItem;
}

/** What several of a kind are called. */
export const PLURALS: Readonly<Record<NotificationEvent, string>> = {
  decision: 'decisions',
  campaign: 'campaigns',
  cc_server: 'C&C servers',
  feed_failing: 'changes of feeds',
  mesh_node_away: 'changes of nodes of the mesh',
  part_failing: 'changes of parts of the node',
  disk_low: 'changes of the disk',
  trail_broken: 'changes of the trail',
  fleet_halt: 'orders to the fleet',
  policy_changed: 'changes of the policy',
  key_changed: 'changes of keys',
};
