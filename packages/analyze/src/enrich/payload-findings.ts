import type { AttackType, Session } from '@aegis/model';
import type { PayloadFinding } from '../classify/payload-finding.ts';
import { payloadKey, type Recognition } from '../classify/recognition.ts';
import type { SessionFinding } from './enriched-session.ts';
import { extractPayloads } from './extract-payloads.ts';
import { LEAST_SEVERITY, SEVERITY } from './severity.ts';

/** Distinct payloads of a session that are classified; those beyond are counted as ordinary. */
const MAX_CLASSIFIED = 5_000;
/** Characters classified in a session, over all payloads. */
const MAX_CLASSIFIED_CHARACTERS = 4_194_304;
/** Distinct findings kept; the gravest of them, once the session is through. */
export const MAX_FINDINGS = 200;
/** Distinct findings collected before the gravest are kept. */
const MAX_COLLECTED = 2_000;

/** Less sure findings do not make a request hostile: a path of WordPress may be a visit. */
const HOSTILE_CONFIDENCE = 70;

/** What the payloads of a session hold. */
export interface PayloadFindings {
  /** The gravest first, at most {@link MAX_FINDINGS}. */
  readonly findings: readonly SessionFinding[];
  readonly typeByObservation: ReadonlyMap<number, AttackType>;
  /** Observations that hold a finding which is fairly sure, or that the sensor itself called an attack. */
  readonly hostile: number;
}

/** Classifies every payload of a session once, however often it was sent. */
export function payloadFindings(session: Session, recognition: Recognition): PayloadFindings {
  const seen = new Map<string, readonly PayloadFinding[]>();
  const collected = new Map<string, SessionFinding>();
  const typeByObservation = new Map<number, AttackType>();
  let characters = 0;
  let hostile = 0;
  session.observations.forEach((observation, index) => {
    let gravest: PayloadFinding | undefined;
    let sure =
      observation.kind === 'download' || (observation.kind === 'http' && isAttack(observation.label));
    for (const payload of extractPayloads(observation)) {
      const { text } = payload;
      const key = payloadKey(text, payload);
      let findings = seen.get(key);
      if (findings === undefined) {
        if (seen.size >= MAX_CLASSIFIED || characters > MAX_CLASSIFIED_CHARACTERS) continue;
        characters += text.length;
        findings = recognition.payload(text, payload);
        seen.set(key, findings);
      }
      for (const finding of findings) {
        sure ||= finding.confidence >= HOSTILE_CONFIDENCE;
        if (gravest === undefined || finding.danger > gravest.danger) gravest = finding;
        collect(collected, finding, index, observation.at);
      }
    }
    if (sure) hostile++;
    if (gravest !== undefined) typeByObservation.set(index, gravest.attackType);
  });
  const findings = [...collected.values()].sort(byGravity).slice(0, MAX_FINDINGS);
  return { findings, typeByObservation, hostile };
}

function isAttack(label: AttackType | undefined): boolean {
  return label !== undefined && SEVERITY[label] >= LEAST_SEVERITY;
}

/** By what it could do and how sure it is, the gravest first. */
export function byGravity(a: PayloadFinding, b: PayloadFinding): number {
  return b.danger * b.confidence - a.danger * a.confidence || b.danger - a.danger;
}

function collect(
  into: Map<string, SessionFinding>,
  finding: PayloadFinding,
  observation: number,
  at: number,
): void {
  const { evidence } = finding;
  const key = `${finding.attackType}\n${evidence.place}\n${evidence.decoded ?? evidence.text}`;
  const known = into.get(key);
  if (known !== undefined) into.set(key, { ...known, occurrences: known.occurrences + 1 });
  else if (into.size < MAX_COLLECTED) into.set(key, { ...finding, observation, at, occurrences: 1 });
}
