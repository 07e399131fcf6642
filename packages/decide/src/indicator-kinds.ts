import { SCOPES, type Scope } from '@aegis/model';
import { type DecisionKind, newKind } from './decision-kind.ts';
import type { IndicatorList } from './indicator-source.ts';

/** The kinds of an `IndicatorSource`'s rows: one for each list and scope. */
export class IndicatorKinds {
  readonly #byList: readonly ReadonlyMap<Scope, DecisionKind>[];

  constructor(lists: readonly IndicatorList[]) {
    this.#byList = lists.map(
      ({ origin, action }) => new Map(SCOPES.map((scope) => [scope, newKind(origin, scope, action)])),
    );
  }

  kind(list: number, scope: Scope): DecisionKind {
    return (this.#byList[list] as ReadonlyMap<Scope, DecisionKind>).get(scope) as DecisionKind;
  }
}
