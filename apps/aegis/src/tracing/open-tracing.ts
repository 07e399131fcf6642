import type { Clock, Logger } from '@aegis/model';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { nodeOf } from '../decisions/plan-received.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Decisions } from '../node/services.ts';
import { VERSION } from '../node/version.ts';
import { SessionTracer } from './session-tracer.ts';
import { SpanExporter } from './span-exporter.ts';

export interface TracingOptions {
  readonly config: Config;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Tracing {
  readonly tracer: SessionTracer;
  readonly part: Part;
}

/** Undefined where the config names no collector: then nothing is done for it anywhere. */
export function openTracing({ config, registry, clock, logger }: TracingOptions): Tracing | undefined {
  const { tracing: settings, node } = config;
  if (settings.endpoint === '') return undefined;
  const resource = { node: node.id, region: node.region, version: VERSION };
  const part = new SpanExporter({ settings, resource, registry, logger });
  const { sample } = settings;
  return { part, tracer: new SessionTracer({ sample, clock, add: (span) => part.add(span) }) };
}

/** Writes down what is decided on this node, when it is in force. */
export function tracedDecisions(decisions: Pick<Decisions, 'onChange'>, tracer: SessionTracer): Part {
  let stop = (): void => {};
  return {
    name: 'traced decisions',
    start() {
      stop = decisions.onChange(({ kind, decision }) => {
        if (kind === 'made' && nodeOf(decision) === undefined) tracer.decided(decision);
      });
    },
    stop: () => stop(),
  };
}
