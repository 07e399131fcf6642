import type { Detection, Proposal, Session, SessionRecord, Timestamp } from '@aegis/model';
import { freshRecognition, type Recognition } from './classify/recognition.ts';
import { detectionsOf } from './detections.ts';
import { enrich } from './enrich/enrich.ts';
import type { Intel } from './enrich/intel.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { propose } from './propose.ts';
import { toRecord } from './record.ts';

/** Everything that follows from one session. */
export interface Analysis {
  readonly record: SessionRecord;
  readonly detections: readonly Detection[];
  /** Wishes only: nothing has happened yet. */
  readonly proposals: readonly Proposal[];
}

/** From session to record, detections and proposals. A function of its arguments; `now` becomes `processed_at`. */
export function analyze(
  session: Session,
  intel: Intel,
  now: Timestamp,
  recognition: Recognition = freshRecognition,
): Analysis {
  const enriched = enrich(session, intel, recognition);
  const evaluation = evaluate(enriched);
  const record = toRecord(session, enriched, evaluation, now);
  return { record, detections: detectionsOf(enriched), proposals: propose(record) };
}
