import type { Section } from '../setting.ts';
import { text, whole } from '../setting-kinds.ts';

export interface TracingSettings {
  /** Empty: nothing is traced. */
  readonly endpoint: string;
  readonly authorizationFile: string;
  readonly sample: number;
}

export const tracingSection: Section<TracingSettings> = {
  is: 'section',
  key: 'tracing',
  doc: 'The way of sessions through the pipeline, as OpenTelemetry traces: ingest, stages, decision, enforcement. See docs/tracing.md.',
  members: {
    endpoint: text({
      key: 'endpoint',
      doc: 'The collector, OTLP over HTTP: /v1/traces is added. Empty: nothing is traced, at no cost.',
      initial: '',
      pattern: /^(?:https?:\/\/[^\s\p{Cc}?#]{1,2000})?$/u,
      expected: 'an http(s) URL such as http://127.0.0.1:4318',
      variables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
    }),
    authorizationFile: text({
      key: 'authorization_file',
      doc: 'A file with the value of the Authorization header for the collector; read at each export.',
      initial: '',
      pattern: /^\P{Cc}{0,4000}$/u,
      expected: 'the name of a file',
    }),
    sample: whole({
      key: 'sample',
      doc: 'How many of a hundred sessions are traced, the same ones in every process.',
      cost: 'Some 2 KB of JSON a session.',
      initial: 100,
      min: 1,
      max: 100,
      unit: 'sessions',
    }),
  },
};
