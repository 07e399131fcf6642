export { type Analysis, analyze } from './analyze.ts';
export { classifyPayload } from './classify/classify-payload.ts';
export { type DecodedLayer, decodeLayers } from './classify/decode-layers.ts';
export type { PayloadFinding, PayloadPlace } from './classify/payload-finding.ts';
export { freshRecognition, type Recognition, rememberingRecognition } from './classify/recognition.ts';
export { type CrawlerProof, classifyUserAgent } from './classify/user-agent.ts';
export { type CrawlerList, parseCrawlerList } from './crawlers/crawler-list.ts';
export { detectionsOf } from './detections.ts';
export { attackClasses } from './enrich/attack-classes.ts';
export { enrich } from './enrich/enrich.ts';
export type {
  Conduct,
  EnrichedSession,
  SessionFinding,
  SophisticationMeasures,
} from './enrich/enriched-session.ts';
export { emptyIntel, type Geo, type Intel, type Reputation } from './enrich/intel.ts';
export { SEVERITY } from './enrich/severity.ts';
export { evaluate } from './evaluate/evaluate.ts';
export type { Evaluation, Recommendation, RecommendationName } from './evaluate/evaluation.ts';
export { RISK_WEIGHTS } from './evaluate/risk.ts';
export { attackTypeOf } from './normalize/attack-types.ts';
export { LIMITS } from './normalize/limits.ts';
export { type NormalizeError, type NormalizeOptions, normalize } from './normalize/normalize.ts';
export { parseTime } from './normalize/parse-time.ts';
export { observationsToInput, sessionToInput } from './normalize/session-to-input.ts';
export { propose } from './propose.ts';
export { parseCookieHeader } from './readers/cookie-header.ts';
export { createReader } from './readers/create-reader.ts';
export { detectFormat, type FormatError } from './readers/detect-format.ts';
export type { LogEvent } from './readers/host-log.ts';
export type { LineError } from './readers/line-error.ts';
export {
  LineSplitter,
  type LineSplitterOptions,
  MAX_LINE_BYTES,
  type SplitLine,
} from './readers/line-splitter.ts';
export { logEvents, type ReadLogEvents } from './readers/log-events.ts';
export { READER_FORMATS, type Reader, type ReaderFormat, type ReaderItem } from './readers/reader.ts';
export { toRecord } from './record.ts';
export type { SensorEvent } from './sessionize/sensor-event.ts';
export { Sessionizer } from './sessionize/sessionizer.ts';
export { type SessionizerOptions, SHELL_SESSIONS, WEB_SESSIONS } from './sessionize/sessionizer-options.ts';
export type { SessionizerSnapshot } from './sessionize/sessionizer-snapshot.ts';
