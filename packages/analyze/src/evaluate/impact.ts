import type { AttackType, ImpactKind } from '@aegis/model';
import type { EnrichedSession, SessionFinding } from '../enrich/enriched-session.ts';

type Grade = 'none' | 'low' | 'medium' | 'high';

const READS_DATA: ReadonlySet<AttackType> = new Set([
  'sql_injection',
  'nosql_injection',
  'ldap_injection',
  'local_file_inclusion',
  'path_traversal',
  'xxe_injection',
  'ssrf',
  'command_execution',
  'php_code_injection',
  'remote_file_inclusion',
]);
const ENTERS: ReadonlySet<AttackType> = new Set([
  'command_execution',
  'remote_file_inclusion',
  'php_code_injection',
  'php_object_injection',
  'template_injection',
  'file_upload',
  'malware_download',
  'credential_stuffing',
  'brute_force',
]);
const DISRUPTS: ReadonlySet<string> = new Set([
  'stacked_query',
  'entity_expansion',
  'destructive_command',
  'time_based_blind',
  'time_based_command',
  'crypto_mining',
  'defense_evasion',
]);

/** What the session could do to what it was aimed at. */
export function impact(enriched: EnrichedSession): Readonly<Record<ImpactKind, Grade>> {
  const { findings, requestPattern, session, conduct } = enriched;
  const intruded =
    conduct.commands > 0 || (conduct.successfulLogins > 0 && findings.some((f) => ENTERS.has(f.attackType)));
  const disruptive = findings.filter((finding) =>
    finding.indicators.some((indicator) => DISRUPTS.has(indicator)),
  );
  return {
    data_exfiltration: worst(findings.filter((finding) => READS_DATA.has(finding.attackType))),
    intrusion: intruded ? 'high' : worst(findings.filter((finding) => ENTERS.has(finding.attackType))),
    service_disruption: disruptive.length > 0 ? (worst(disruptive) === 'high' ? 'medium' : 'low') : 'none',
    resource_consumption: consumption(session.observationCount, requestPattern.requests_per_second),
  };
}

/** By danger times confidence: from 70 high, from 40 medium. */
function worst(findings: readonly SessionFinding[]): Grade {
  const most = findings.reduce(
    (max, finding) => Math.max(max, (finding.danger * finding.confidence) / 100),
    0,
  );
  if (most >= 70) return 'high';
  if (most >= 40) return 'medium';
  return most > 0 ? 'low' : 'none';
}

function consumption(count: number, rate: number): Grade {
  if (count >= 5_000 || (count >= 500 && rate >= 20)) return 'high';
  if (count >= 1_000 || (count >= 100 && rate >= 5)) return 'medium';
  return count >= 100 ? 'low' : 'none';
}
