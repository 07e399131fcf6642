import { Prefix, type Timestamp } from '@aegis/model';
import { endOf, type HeldElement } from '@aegis/packet-filter';
import { entriesOf, KINDS, keepName, kindOf, nameOf, type SetKind } from './set-name.ts';

/** Elements of a set at most; ipset asks beforehand, and takes memory only as they come. */
const MOST_ELEMENTS = 4_194_304;
/** The longest timeout that ipset takes, s: 24.8 days. */
export const LONGEST_S = 2_147_483;

const fresh = (name: string): string => `${name}.new`;

/** Every set that there may be. */
export function allNames(base: string): readonly string[] {
  return setsOf(base).flatMap(({ name }) => [name, fresh(name)]);
}

function setsOf(base: string): readonly { readonly name: string; readonly type: string }[] {
  return [
    ...([4, 6] as const).map((family) => ({
      name: keepName(base, family),
      type: setType(family, true, false),
    })),
    ...KINDS.map((kind) => ({ name: nameOf(base, kind), type: setType(kind.family, kind.networks, true) })),
  ];
}

/** Every set filled anew beside the one in use, then put in its place: each at once. */
export function layCommands(
  base: string,
  held: readonly HeldElement[],
  protectedPrefixes: readonly Prefix[],
  now: Timestamp,
): readonly string[] {
  const sets = setsOf(base);
  return [
    ...sets.flatMap(({ name, type }) => [
      `create ${name} ${type} -exist`,
      `create ${fresh(name)} ${type} -exist`,
      `flush ${fresh(name)}`,
    ]),
    ...protectedPrefixes.flatMap((prefix) => {
      const { family, length } = Prefix.parts(prefix);
      const [address = ''] = prefix.split('/');
      const entries = entriesOf({ family, bits: length, address });
      return entries.map((entry) => `add ${fresh(keepName(base, family))} ${entry} -exist`);
    }),
    ...held.flatMap((each) => additions(base, each, now, fresh)),
    ...sets.flatMap(({ name }) => [`swap ${fresh(name)} ${name}`, `destroy ${fresh(name)}`]),
  ];
}

/**
 * Brings the elements to where they should be. There are no transactions: they come into force one after the other,
 * in an order in which nobody who is allowed is dropped in between.
 */
export function writeCommands(
  base: string,
  changed: readonly HeldElement[],
  now: Timestamp,
): readonly string[] {
  const allowed = changed.filter(({ element }) => element.list === 'allow');
  const banned = changed.filter(({ element }) => element.list === 'ban');
  const added = (list: readonly HeldElement[]): readonly string[] =>
    list.flatMap((each) => additions(base, each, now, (name) => name));
  const removed = (list: readonly HeldElement[]): readonly string[] =>
    list
      .filter((each) => endOf(each) <= now)
      .flatMap(({ element }) =>
        entriesOf(element).map((entry) => `del ${nameOf(base, kindOf(element))} ${entry} -exist`),
      );
  return [...added(allowed), ...added(banned), ...removed(banned), ...removed(allowed)];
}

/** With `-exist` the timeout of one that is there is set anew. Whole seconds: never less than was decided. */
function additions(
  base: string,
  held: HeldElement,
  now: Timestamp,
  named: (name: string) => string,
): readonly string[] {
  const left = endOf(held) - now;
  if (left <= 0) return [];
  const seconds = Math.min(LONGEST_S, Math.ceil(left / 1_000));
  const set = named(nameOf(base, kindOf(held.element)));
  return entriesOf(held.element).map((entry) => `add ${set} ${entry} timeout ${seconds} -exist`);
}

function setType(family: SetKind['family'], networks: boolean, timeout: boolean): string {
  const kind = networks ? 'hash:net' : 'hash:ip';
  const inet = family === 4 ? 'inet' : 'inet6';
  return `${kind} family ${inet} maxelem ${MOST_ELEMENTS}${timeout ? ' timeout 0' : ''}`;
}
