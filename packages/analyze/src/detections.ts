import type { AttackType, Detection, Evidence } from '@aegis/model';
import type { EnrichedSession, SessionFinding } from './enrich/enriched-session.ts';

/** Pieces of evidence kept with a detection. */
const MAX_EVIDENCE = 5;

/** One detection for each attack type found in a session, the gravest first. */
export function detectionsOf(enriched: EnrichedSession): readonly Detection[] {
  const byType = new Map<AttackType, SessionFinding[]>();
  for (const finding of enriched.findings) {
    const known = byType.get(finding.attackType);
    if (known === undefined) byType.set(finding.attackType, [finding]);
    else known.push(finding);
  }
  return [...byType].map(([attackType, findings]) => ({
    rule: `${findings.every(isBehaviour) ? 'behaviour' : 'payload'}/${attackType}`,
    attackType,
    client: enriched.session.client,
    session: enriched.session.id,
    at: findings.reduce((first, finding) => Math.min(first, finding.at), Number.POSITIVE_INFINITY),
    confidence: findings.reduce((most, finding) => Math.max(most, finding.confidence), 0),
    techniques: [...new Set(findings.flatMap((finding) => finding.techniques))].sort(),
    evidence: findings.slice(0, MAX_EVIDENCE).map((finding): Evidence => finding.evidence),
  }));
}

function isBehaviour(finding: SessionFinding): boolean {
  return finding.evidence.place === 'behaviour' || finding.evidence.place === 'download';
}
