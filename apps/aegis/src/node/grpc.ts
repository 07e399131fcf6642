import { randomUUID } from 'node:crypto';
import type { DecisionEngine } from '@aegis/decide';
import type { RateLimiter } from '@aegis/guard';
import { type Clock, type Logger, prefixMatcher } from '@aegis/model';
import type { Config } from '../config/config.ts';
import type { DecisionService } from '../decisions/decision-service.ts';
import { checkMethods } from '../grpc/check/check-methods.ts';
import { authorizationMethod } from '../grpc/envoy/authorization.ts';
import { rateLimitMethod } from '../grpc/envoy/rate-limit.ts';
import { GrpcServer } from '../grpc/grpc-server.ts';
import { banSource } from '../grpc/xds/ban-source.ts';
import { deltaDiscoveryMethods } from '../grpc/xds/delta-discovery.ts';
import { readBlockPage } from '../http/block-page.ts';
import { Gate } from '../http/gate.ts';
import { readServerTls } from '../http/server-tls.ts';
import type { Part } from './lifecycle.ts';
import type { Services } from './services.ts';

export interface GrpcOptions {
  readonly config: Config;
  readonly services: Services;
  readonly decisions: DecisionService;
  readonly engine: DecisionEngine;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface NodeGrpc extends Part {
  start(): Promise<void>;
  /** Where it listens, `127.0.0.1:8412`; empty before it does. */
  readonly place: string;
}

/** The face of the node for Envoy and for programs that ask over gRPC. */
export function grpcServer(options: GrpcOptions): NodeGrpc {
  const { config, services, decisions, engine, limiter, clock, logger } = options;
  const { openCheck, trustedProxies, forwardingHeaders, tellReason } = config.http;
  const blockPage = readBlockPage(config.http.blockPage);
  const { checks, mirror } = services;
  const rules = { trusted: prefixMatcher(trustedProxies), headers: forwardingHeaders };
  const newId = randomUUID;
  const { policies } = services;
  const shards = config.grpc.banShards;
  const source = banSource({
    ...{ shards, engine, decisions, policies, clock, logger },
    listed: services.feeds.listed,
  });
  const { tls: files, ...settings } = config.grpc;
  const tls = readServerTls(files, 'grpc');
  const server = new GrpcServer({
    ...settings,
    ...(tls === undefined ? {} : { tls }),
    methods: [
      authorizationMethod({ checks, rules, tellReason, blockPage, mirror, clock, newId }),
      rateLimitMethod(limiter),
      ...checkMethods(checks),
      ...deltaDiscoveryMethods({ source, logger }),
    ],
    gate: new Gate({ services, openCheck, clock, logger, newId }),
    logger,
  });
  return {
    name: server.name,
    get place() {
      return server.place;
    },
    start: () => server.start(),
    async stop() {
      source.stop();
      await server.stop();
    },
  };
}
