import { AegisError, type Logger } from '@aegis/model';
import type { Conversation, ConversingMethod, Listener } from '../grpc-method.ts';
import { DeltaSubscription, type ResourceSet } from './delta-subscription.ts';
import { type DeltaResponse, readDeltaRequest, writeDeltaResponse } from './discovery-messages.ts';

/** Resources that change, by the URL of their type. */
export interface ResourceSource {
  readonly of: (typeUrl: string) => ResourceSet;
  /** Tells after resources have changed; returns the way to stop. */
  readonly onChange: (listener: () => void) => () => void;
}

export interface DeltaDiscoveryOptions {
  readonly source: ResourceSource;
  readonly logger: Logger;
}

const MAX_TYPES = 32;

/** The aggregated stream, and the one of extension configurations alone. */
const PATHS = [
  '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources',
  '/envoy.service.extension.v3.ExtensionConfigDiscoveryService/DeltaExtensionConfigs',
];

/** The type of the resources that Envoy's extension configurations are. */
export const EXTENSION_CONFIG = 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig';

/** Incremental xDS: each stream is told what it subscribed to, and each change. */
export function deltaDiscoveryMethods(options: DeltaDiscoveryOptions): readonly ConversingMethod[] {
  return PATHS.map((path) => ({
    kind: 'conversation',
    path,
    permission: 'decisions:read',
    open: (conversation) => converse(conversation, options),
  }));
}

function converse(conversation: Conversation, { source, logger }: DeltaDiscoveryOptions): Listener {
  const subscriptions = new Map<string, DeltaSubscription>();
  let nonces = 0;
  let node = '';
  const newNonce = (): string => String(++nonces);
  const send = (typeUrl: string, responses: readonly DeltaResponse[]): void => {
    for (const response of responses) conversation.send(writeDeltaResponse(typeUrl, response));
  };
  const stopListening = source.onChange(() => {
    for (const [typeUrl, subscription] of subscriptions) send(typeUrl, subscription.changed());
  });
  return {
    hear(message) {
      const { typeUrl: told, nodeId, ...request } = readDeltaRequest(message);
      const typeUrl = told === '' ? EXTENSION_CONFIG : told;
      if (nodeId !== '') node = nodeId.slice(0, 200);
      if (request.refusal !== undefined)
        logger.warn(
          { envoy: node, why: request.refusal.slice(0, 500) },
          'an Envoy refused what was pushed to it; it goes on with what it has',
        );
      let subscription = subscriptions.get(typeUrl);
      if (subscription === undefined) {
        if (subscriptions.size === MAX_TYPES)
          throw new AegisError('bad_message', `subscribe to at most ${MAX_TYPES} types on one stream`);
        subscription = new DeltaSubscription(source.of(typeUrl), newNonce);
        subscriptions.set(typeUrl, subscription);
      }
      send(typeUrl, subscription.hear({ ...request, typeUrl, nodeId }));
    },
    close: stopListening,
  };
}
