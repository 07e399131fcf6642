import type { Element } from '@aegis/packet-filter';

/** The sets that there are: for each family one of addresses and one of networks, of what is allowed and banned. */
export const KINDS: readonly SetKind[] = (['allow', 'ban'] as const).flatMap((list) =>
  ([4, 6] as const).flatMap((family) =>
    ([false, true] as const).map((networks): SetKind => ({ list, family, networks })),
  ),
);

export interface SetKind {
  readonly list: Element['list'];
  readonly family: Element['family'];
  /** hash:net, which tries every prefix length that is in use; hash:ip otherwise. */
  readonly networks: boolean;
}

/** `aegis-ban4`, `aegis-ban6net` */
export function nameOf(base: string, { list, family, networks }: SetKind): string {
  return `${base}-${list}${family}${networks ? 'net' : ''}`;
}

/** Of what is protected: `aegis-keep4`. */
export function keepName(base: string, family: 4 | 6): string {
  return `${base}-keep${family}`;
}

export function kindOf({ list, family, bits }: Element): SetKind {
  return { list, family, networks: bits < (family === 4 ? 32 : 128) };
}

/** As sets of networks take it. They know no prefix of length 0: that is two of length 1. */
export function entriesOf({
  family,
  bits,
  address,
}: Pick<Element, 'family' | 'bits' | 'address'>): readonly string[] {
  if (bits > 0) return [bits === (family === 4 ? 32 : 128) ? address : `${address}/${bits}`];
  return family === 4 ? ['0.0.0.0/1', '128.0.0.0/1'] : ['::/1', '8000::/1'];
}
