import type { DecisionEngine } from '@aegis/decide';
import type { Clock, Logger, Random } from '@aegis/model';
import type { Config } from '../config/config.ts';
import type { DecisionService } from '../decisions/decision-service.ts';
import { createDecoySensor } from '../decoy/decoy-sensor.ts';
import { hostRateLimits } from '../rate-limits/rate-limit-host.ts';
import { crowdsecServer } from './crowdsec.ts';
import type { NodeFleet } from './fleet.ts';
import { grpcServer } from './grpc.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type ListenPlace, listenError } from './listen-error.ts';
import type { Metrics } from './metrics.ts';
import type { Services } from './services.ts';

export interface NodeServerOptions {
  readonly config: Config;
  readonly services: Services;
  readonly decisions: DecisionService;
  readonly engine: DecisionEngine;
  readonly fleet: NodeFleet;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Where the servers beside the API listen; absent where they are turned off. */
export interface NodePlaces {
  readonly decoy?: string;
  /** Of the server for CrowdSec's programs. */
  readonly crowdsec?: string;
  /** Of the server for host agents. */
  readonly fleet?: string;
  /** Host and port. */
  readonly grpc?: string;
}

/** Starts the servers that the config turns on, one after the other. Throws AegisError where one cannot listen. */
export async function startServers(lifecycle: Lifecycle, options: NodeServerOptions): Promise<NodePlaces> {
  const { config } = options;
  return {
    ...(config.decoy.enabled && { decoy: await startDecoy(lifecycle, options) }),
    ...(config.crowdsec.enabled && { crowdsec: await startCrowdsec(lifecycle, options) }),
    ...(config.grpc.enabled && { grpc: await startGrpc(lifecycle, options) }),
    ...(config.fleet.enabled && { fleet: await startFleet(lifecycle, options) }),
  };
}

/** Throws AegisError with the place, where it is taken or may not be used. */
export async function listening<T>(place: ListenPlace, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    throw listenError(error, place);
  }
}

async function startDecoy(lifecycle: Lifecycle, options: NodeServerOptions): Promise<string> {
  const { config, services, clock, logger } = options;
  const { host, port, limits, sessions } = config.decoy;
  const decoy = createDecoySensor({
    id: `${config.node.id}-decoy`,
    emit: async (ended) => void (await services.intake.accept(ended)),
    ...{ limits, sessions, clock },
    logger: logger.child({ part: 'decoy' }),
  });
  let url = '';
  const start = async (): Promise<void> => {
    const place = { server: 'decoy', section: 'decoy', host, port };
    const bound = await listening(place, () => decoy.listen(host, port));
    url = `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
  };
  await lifecycle.start([{ name: 'decoy', start, stop: () => decoy.close() }]);
  return url;
}

async function startCrowdsec(lifecycle: Lifecycle, options: NodeServerOptions): Promise<string> {
  const { config, services, decisions, engine, clock, logger } = options;
  const server = crowdsecServer({
    ...{ config: config.crowdsec, services, decisions, engine, clock },
    logger: logger.child({ part: 'crowdsec' }),
  });
  const place = { server: 'CrowdSec API', section: 'crowdsec', ...config.crowdsec };
  const start = (): Promise<void> => listening(place, async () => server.start());
  await lifecycle.start([{ name: server.name, start, stop: () => server.stop() }]);
  return server.url;
}

async function startGrpc(lifecycle: Lifecycle, options: NodeServerOptions): Promise<string> {
  const { config, services, decisions, engine, metrics, clock, random, logger } = options;
  const rateLimits = hostRateLimits({
    ...{ settings: config.rateLimits, registry: metrics.registry, clock, random },
    logger: logger.child({ part: 'rate limits' }),
  });
  await lifecycle.start([rateLimits.part]);
  const server = grpcServer({
    ...{ config, services, decisions, engine, limiter: rateLimits.limiter, clock },
    logger: logger.child({ part: 'grpc' }),
  });
  const place = { server: 'gRPC server', section: 'grpc', ...config.grpc };
  const start = (): Promise<void> => listening(place, () => server.start());
  await lifecycle.start([{ name: server.name, start, stop: () => server.stop() }]);
  return server.place;
}

async function startFleet(
  lifecycle: Lifecycle,
  { config, services, fleet }: NodeServerOptions,
): Promise<string> {
  const server = fleet.server(services);
  const place = { server: 'fleet server', section: 'fleet', ...config.fleet };
  const start = (): Promise<void> => listening(place, () => server.start());
  await lifecycle.start([{ name: server.name, start, stop: () => server.stop() }]);
  return server.url;
}
