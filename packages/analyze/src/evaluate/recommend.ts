import type { AttackType, ThreatLevel } from '@aegis/model';
import type { EnrichedSession } from '../enrich/enriched-session.ts';
import { attackWords } from './attack-words.ts';
import type { Recommendation, RecommendationName } from './evaluation.ts';
import { exploitationEvidence } from './threat-level.ts';

/** Less sure judgements do not block anybody. */
const BLOCK_CONFIDENCE = 75;
/** What is still going on at MEDIUM: guessing passwords or exploiting. */
const ACTIVE: ReadonlySet<AttackType> = new Set(['brute_force', 'credential_stuffing']);
const FILTERABLE: ReadonlySet<AttackType> = new Set([
  'sql_injection',
  'nosql_injection',
  'cross_site_scripting',
  'command_execution',
  'local_file_inclusion',
  'remote_file_inclusion',
  'path_traversal',
  'php_code_injection',
  'php_object_injection',
  'template_injection',
  'xxe_injection',
  'crlf_injection',
  'ldap_injection',
  'ssrf',
  'file_upload',
]);

/** What to do, each with its reason. `confidence` is that of the evaluation. */
export function recommend(
  enriched: EnrichedSession,
  level: ThreatLevel,
  confidence: number,
): readonly Recommendation[] {
  const { findings, conduct, session } = enriched;
  const first = findings[0];
  const deed = first === undefined ? 'the session' : attackWords(first.attackType, first.indicators);
  const sure = `${deed}, ${confidence}% sure`;
  const list: Recommendation[] = [];
  const add = (name: RecommendationName, reason: string): void => {
    list.push({ name, reason });
  };
  const grave = level === 'CRITICAL' || level === 'HIGH';
  if (grave && mayBlock(enriched, confidence)) add('block_ip_immediately', `${level}: ${sure}`);
  if (level === 'MEDIUM' && mayBlock(enriched, confidence) && activeAttack(enriched))
    add('block_ip_temporarily', `an active attack: ${sure}`);
  if (grave)
    add(
      'alert_security_team',
      `${level} is answered ${level === 'CRITICAL' ? 'at once' : 'within the hour'}: ${deed}`,
    );
  if (level === 'CRITICAL' || conduct.commands > 0)
    add(
      'investigate_immediately',
      conduct.commands > 0
        ? `${conduct.commands} commands were typed into a shell`
        : `${deed} may have got through`,
    );
  else if (level === 'HIGH') add('investigate_within_hours', `see whether ${deed} got through`);
  const filtered = findings.find(
    (finding) => FILTERABLE.has(finding.attackType) && finding.evidence.place !== 'command',
  );
  if (filtered !== undefined && level !== 'INFO') {
    const { place, part, why } = filtered.evidence;
    add('update_waf_rules', `${why}, in ${part === '' ? `the ${place}` : `${place} ${part}`}`);
  }
  const sample = findings.find(
    (finding) => finding.attackType === 'malware_download' || finding.attackType === 'file_upload',
  );
  if (sample !== undefined)
    add('isolate_and_collect_samples', `${sample.evidence.why}: ${sample.evidence.text.slice(0, 120)}`);
  const guessing = findings.find((finding) => ACTIVE.has(finding.attackType));
  if (guessing !== undefined) {
    if (conduct.successfulLogins > 0)
      add(
        'reset_credentials',
        `${conduct.successfulLogins} logins succeeded among ${guessing.evidence.text}`,
      );
    add('enforce_login_limits', guessing.evidence.text);
  }
  const enumeration = findings.find(
    (finding) => finding.attackType === 'path_enumeration' || finding.attackType === 'scanner',
  );
  if (enumeration !== undefined && level !== 'INFO') add('throttle_source', enumeration.evidence.why);
  const exposed = findings.find((finding) => finding.indicators.some((indicator) => EXPOSED.has(indicator)));
  if (exposed !== undefined) add('review_exposed_files', exposed.evidence.why);
  if (level === 'MEDIUM' || level === 'LOW')
    add(
      'monitor_source',
      `${level}: ${first === undefined ? `labelled ${session.labels.join(', ')}` : sure}`,
    );
  if (list.length === 0)
    add('no_action', first === undefined ? 'no attack was seen' : `too little to act on: ${sure}`);
  return list;
}

const EXPOSED: ReadonlySet<string> = new Set([
  'secret_file_probe',
  'repository_probe',
  'backup_probe',
  'web_shell_probe',
]);

/** Whether the address may be kept out at all: the judgement is sure, and it is no crawler that proved itself. */
function mayBlock(enriched: EnrichedSession, confidence: number): boolean {
  return (
    confidence >= BLOCK_CONFIDENCE && enriched.userAgent.verified !== true && enriched.findings.length > 0
  );
}

function activeAttack(enriched: EnrichedSession): boolean {
  return (
    exploitationEvidence(enriched) || enriched.findings.some((finding) => ACTIVE.has(finding.attackType))
  );
}
