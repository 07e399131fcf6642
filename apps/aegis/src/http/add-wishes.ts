import type { Decision, Result, Timestamp } from '@aegis/model';
import type { Actor, DecisionRefusal, Decisions } from '../node/services.ts';
import { type WishDocument, wishOf } from './documents/decision-wish-document.ts';

/** Adds what can be wished for; answers every wish in its place. */
export async function addWishes(
  decisions: Decisions,
  documents: readonly WishDocument[],
  actor: Actor,
  now: Timestamp,
): Promise<readonly Result<Decision, DecisionRefusal>[]> {
  const wishes = documents.map((document) => wishOf(document, now));
  const possible = wishes.flatMap((wish) => (wish.ok ? [wish.value] : []));
  const added = possible.length === 0 ? [] : await decisions.add(possible, actor);
  const answers = added.values();
  return wishes.map((wish) => (wish.ok ? (answers.next().value as Result<Decision, DecisionRefusal>) : wish));
}
