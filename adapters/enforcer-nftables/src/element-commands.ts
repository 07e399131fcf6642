import type { Timestamp } from '@aegis/model';
import { endOf, type HeldElement } from '@aegis/packet-filter';

/**
 * Brings the elements to where they should be. Adding one again may leave its old timeout, and deleting one that has
 * just expired fails and takes the whole transaction with it: so one that may be there is added, deleted, and added.
 */
export function elementCommands(
  table: string,
  elements: Iterable<HeldElement>,
  now: Timestamp,
): readonly string[] {
  const stale = new Map<string, string[]>();
  const fresh = new Map<string, string[]>();
  for (const held of elements) {
    const { set, written, element } = held;
    const left = endOf(held) - now;
    if (written > 0) collect(stale, set, element.address);
    if (left > 0) collect(fresh, set, `${element.address} timeout ${left}ms`);
  }
  const command = (verb: string, set: string, members: readonly string[]): string =>
    `${verb} element inet ${table} ${set} { ${members.join(', ')} }`;
  return [
    ...[...stale].flatMap(([set, members]) => [
      command('add', set, members),
      command('delete', set, members),
    ]),
    ...[...fresh].map(([set, members]) => command('add', set, members)),
  ];
}

function collect(lists: Map<string, string[]>, set: string, member: string): void {
  const list = lists.get(set);
  if (list === undefined) lists.set(set, [member]);
  else list.push(member);
}
