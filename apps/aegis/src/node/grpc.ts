import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@aegis/model';
import type { Config } from '../config/config.ts';
import { checkMethods } from '../grpc/check/check-methods.ts';
import { authorizationMethod } from '../grpc/envoy/authorization.ts';
import { GrpcServer } from '../grpc/grpc-server.ts';
import { prefixMatcher } from '../http/client-address.ts';
import { Gate } from '../http/gate.ts';
import type { Services } from './services.ts';

export interface GrpcOptions {
  readonly config: Config;
  readonly services: Services;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The face of the node for Envoy and for programs that ask over gRPC. */
export function grpcServer({ config, services, clock, logger }: GrpcOptions): GrpcServer {
  const { openCheck, trustedProxies, forwardingHeaders, tellReason } = config.http;
  const { checks } = services;
  const rules = { trusted: prefixMatcher(trustedProxies), headers: forwardingHeaders };
  const newId = randomUUID;
  return new GrpcServer({
    ...config.grpc,
    methods: [
      authorizationMethod({ checks, rules, tellReason, clock, newId }),
      ...checkMethods(checks),
    ],
    gate: new Gate({ services, openCheck, clock, logger, newId }),
    logger,
  });
}
