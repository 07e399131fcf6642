import type { AttackType, Phase } from '@aegis/model';
import type { SessionFinding } from './enriched-session.ts';

const ORDER: readonly Phase[] = ['reconnaissance', 'scanning', 'exploitation', 'persistence_attempt'];

const SCANNING: ReadonlySet<AttackType> = new Set([
  'vulnerability_probe',
  'path_enumeration',
  'scanner',
  'index',
  'wp-content',
]);
const PERSISTENT: ReadonlySet<string> = new Set([
  'web_shell',
  'web_shell_upload',
  'persistence',
  'execute_dropped_file',
  'malware_download',
  'download_command',
  'make_executable',
]);

/** The phases of an attack that a session went through, and whether it went up. */
export interface PhaseReading {
  /** In the order of an attack, not of time. */
  readonly phases: readonly Phase[];
  /** A later phase was first seen after an earlier one. */
  readonly escalation: boolean;
}

/**
 * Reads phases from the findings and the time of each. `quietStart`: when the first observation without a
 * finding came, if any: in an attack that is looking around; in a session without findings it is a visit.
 */
export function readPhases(
  findings: readonly SessionFinding[],
  quietStart: number | undefined,
): PhaseReading {
  if (findings.length === 0) return { phases: [], escalation: false };
  const firstSeen = new Map<Phase, number>();
  const note = (phase: Phase, at: number): void => {
    firstSeen.set(phase, Math.min(at, firstSeen.get(phase) ?? Number.POSITIVE_INFINITY));
  };
  if (quietStart !== undefined) note('reconnaissance', quietStart);
  for (const finding of findings) note(phaseOf(finding), finding.at);
  const phases = ORDER.filter((phase) => firstSeen.has(phase));
  const times = phases.map((phase) => firstSeen.get(phase) as number);
  const top = phases.at(-1);
  const serious = top === 'exploitation' || top === 'persistence_attempt';
  return { phases, escalation: serious && times.some((at, i) => i > 0 && at > (times[i - 1] as number)) };
}

function phaseOf(finding: SessionFinding): Phase {
  if (finding.indicators.some((indicator) => PERSISTENT.has(indicator))) return 'persistence_attempt';
  if (SCANNING.has(finding.attackType)) return 'scanning';
  if (finding.indicators.length === 1 && finding.indicators[0] === 'system_discovery')
    return 'reconnaissance';
  return 'exploitation';
}
