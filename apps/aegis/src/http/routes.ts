import type { Route } from './route.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { checkRoutes } from './routes/check-routes.ts';
import { crowdsecRoutes } from './routes/crowdsec-routes.ts';
import { decisionRoutes } from './routes/decision-routes.ts';
import { feedRoutes } from './routes/feed-routes.ts';
import { fleetRoutes } from './routes/fleet-routes.ts';
import { followDecisionRoutes } from './routes/follow-decision-routes.ts';
import { forwardAuthRoutes } from './routes/forward-auth-routes.ts';
import { geoRoutes } from './routes/geo-routes.ts';
import { guardCheckRoutes } from './routes/guard-check-routes.ts';
import { guardClientRoutes } from './routes/guard-client-routes.ts';
import { huntRoutes } from './routes/hunt-routes.ts';
import { indexRoutes } from './routes/index-routes.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { memoryRoutes } from './routes/memory-routes.ts';
import { meshRoutes } from './routes/mesh-routes.ts';
import { nodeRoutes } from './routes/node-routes.ts';
import { notificationRoutes } from './routes/notification-routes.ts';
import { peerTrailRoutes } from './routes/peer-trail-routes.ts';
import { policyRoutes } from './routes/policy-routes.ts';
import { pushSessionRoutes } from './routes/push-session-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import { statsRoutes } from './routes/stats-routes.ts';
import { trailRoutes } from './routes/trail-routes.ts';
import { transferDecisionRoutes } from './routes/transfer-decision-routes.ts';

const described: readonly Route[] = [
  ...checkRoutes,
  ...geoRoutes,
  ...forwardAuthRoutes,
  ...pushSessionRoutes,
  ...sessionRoutes,
  ...statsRoutes,
  ...decisionRoutes,
  ...transferDecisionRoutes,
  ...followDecisionRoutes,
  ...guardCheckRoutes,
  ...guardClientRoutes,
  ...policyRoutes,
  ...feedRoutes,
  ...keyRoutes,
  ...signInRoutes,
  ...crowdsecRoutes,
  ...auditRoutes,
  ...trailRoutes,
  ...peerTrailRoutes,
  ...fleetRoutes,
  ...huntRoutes,
  ...memoryRoutes,
  ...nodeRoutes,
  ...meshRoutes,
  ...notificationRoutes,
];

/** Every route there is. */
export const routes: readonly Route[] = [...described, ...indexRoutes(described)];
