import { readFile } from 'node:fs/promises';
import type { Logger } from '@aegis/model';
import { Counter, type Registry } from 'prom-client';
import type { TracingSettings } from '../config/sections/tracing-section.ts';
import type { Part } from '../node/lifecycle.ts';
import { otlpJson, type TracedResource } from './otlp-json.ts';
import type { Span } from './span.ts';

export interface SpanExporterOptions {
  readonly settings: TracingSettings;
  readonly resource: TracedResource;
  readonly registry: Registry;
  readonly logger: Logger;
}

const EVERY_MS = 1_000;
/** Spans that wait; what is new beyond it is dropped and counted: the pipeline waits for no collector. */
const MOST_WAITING = 8_192;
const BATCH = 512;
const TIMEOUT_MS = 10_000;

/** Sends spans to a collector, when it is there. */
export class SpanExporter implements Part {
  readonly name: string = 'tracing';
  readonly #options: SpanExporterOptions;
  readonly #spans: Counter;
  readonly #waiting: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopping = false;
  #trouble = '';

  constructor(options: SpanExporterOptions) {
    this.#options = options;
    this.#spans = new Counter({
      name: 'aegis_trace_spans_total',
      help: 'Spans of traces: sent to the collector, or dropped because it was not there',
      labelNames: ['outcome'],
      registers: [options.registry],
    });
  }

  start(): void {
    this.#turnIn(EVERY_MS);
  }

  /** Tries once more to send what there is. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.flush();
  }

  add(span: Span): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(span);
    else this.#spans.inc({ outcome: 'dropped' });
  }

  /** Sends what waits; what the collector does not take is dropped. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      const trouble = await this.#send(batch);
      this.#spans.inc({ outcome: trouble === '' ? 'sent' : 'dropped' }, batch.length);
      if (trouble !== '' && this.#trouble === '')
        this.#options.logger.warn(
          { error: trouble },
          'the collector of traces takes no spans; they are dropped',
        );
      this.#trouble = trouble;
      if (trouble !== '') return;
    }
  }

  /** Why it could not, in words; empty when it could. */
  async #send(batch: readonly Span[]): Promise<string> {
    const { settings, resource } = this.#options;
    try {
      const file = settings.authorizationFile;
      const authorization = file === '' ? {} : { authorization: (await readFile(file, 'utf8')).trim() };
      const response = await fetch(`${settings.endpoint.replace(/\/+$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: otlpJson(batch, resource),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      return response.ok ? '' : `status ${response.status}`;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return cause instanceof Error ? cause.message : String(cause);
    }
  }

  #turnIn(ms: number): void {
    if (this.#isStopping) return;
    this.#timer = setTimeout(() => {
      this.#running = this.flush().finally(() => this.#turnIn(EVERY_MS));
    }, ms);
  }
}
