import { type Span, spanIdOf, traceIdOf } from './span.ts';

/** Who writes spans: attributes of the resource. */
export interface TracedResource {
  readonly node: string;
  readonly region: string;
  readonly version: string;
}

/** `SPAN_KIND_INTERNAL` */
const INTERNAL = 1;
/** Attackers write some of them. */
const LONGEST = 256;

/** A request of OTLP/HTTP as JSON: ids in hex, times as decimal text in ns (opentelemetry.io/docs/specs/otlp). */
export function otlpJson(spans: readonly Span[], { node, region, version }: TracedResource): string {
  const resource = {
    'service.name': 'aegis',
    'service.version': version,
    'service.instance.id': node,
    'aegis.region': region,
  };
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'aegis', version }, spans: spans.map(spanOf) }],
      },
    ],
  });
}

function spanOf({ session, name, subject, parent, start, end, attributes }: Span): object {
  return {
    traceId: traceIdOf(session),
    spanId: spanIdOf(session, name, subject),
    ...(parent === undefined ? {} : { parentSpanId: spanIdOf(session, parent.name, parent.subject) }),
    name,
    kind: INTERNAL,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(Math.max(start, end)),
    attributes: attributesOf({ 'aegis.session': session, ...attributes }),
    status: {},
  };
}

function attributesOf(attributes: Readonly<Record<string, string | number>>): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value.slice(0, LONGEST).toWellFormed() }
        : { intValue: String(Math.round(value)) },
  }));
}

/** Beyond what a double holds: microseconds are exact. */
const nanoseconds = (ms: number): string => `${Math.max(0, Math.round(ms * 1_000))}000`;
