import { type Candidate, proposeBan } from '@aegis/hunt';
import type { ApiClient } from '../../client/index.ts';
import type { WishReport } from '../../http/documents/decision-wish-document.ts';

/** Has the node ban these servers, by its policy: it refuses what is protected. The same again changes nothing. */
export async function propose(candidates: readonly Candidate[], client: ApiClient): Promise<WishReport> {
  if (candidates.length === 0) return { added: 0, refused: 0, results: [] };
  return client.addDecisions(
    candidates.map((candidate) => {
      const { scope, value, action, reason, durationMs, origin, source, key, confidence } =
        proposeBan(candidate);
      const duration = `${durationMs / 3_600_000}h`;
      return { scope, value, action, reason, duration, origin, source, key, weight: confidence / 100 };
    }),
  );
}
