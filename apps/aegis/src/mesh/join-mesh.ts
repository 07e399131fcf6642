import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Logger, Random } from '@aegis/model';
import type { Ledger, Memory, Registry } from '@aegis/ports';
import { openSqliteStream } from '@aegis/stream-sqlite';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import type { DecisionService } from '../decisions/decision-service.ts';
import type { DataDir } from '../node/data-dir.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Metrics } from '../node/metrics.ts';
import { sharesRegistry } from '../node/open-registry.ts';
import type { Mesh } from '../node/services.ts';
import { VERSION } from '../node/version.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import type { Policies } from '../policy/policies.ts';
import type { TrailReader } from '../trail/trail-reader.ts';
import { meshMetrics } from './mesh-metrics.ts';
import { MeshService } from './mesh-service.ts';
import { meshCredentials, openMeshBus } from './open-mesh.ts';
import { sharedMemory } from './shared-memory.ts';

export interface JoinOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly dir: DataDir;
  readonly ledger: Ledger;
  /** Of this node alone. */
  readonly registry: Registry;
  readonly memory: Memory;
  readonly decisions: DecisionService;
  readonly policies: Policies;
  readonly trail: TrailReader;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The mesh as the rest of a node sees it. */
export interface JoinedMesh extends Part, Mesh {
  /** Attack memory whose reports are told to the others. */
  readonly memory: Memory;
  /** Something was written to the ledger. */
  wake(): void;
  suspect(proposals: readonly TimedProposal[]): Promise<void>;
}

/** More findings than this do not wait for the mesh: they stay with this node. */
const MOST_WAITING = 100_000;
const FINISHED_KEEP_MS = 60_000;

/** Undefined where the config names no mesh. Throws AegisError `bad_mesh_token`. Connects to nothing before it starts. */
export async function joinMesh(options: JoinOptions): Promise<JoinedMesh | undefined> {
  const { config, secrets, dir, memory, metrics, clock } = options;
  const credentials = meshCredentials(config, secrets, dir);
  const bus = openMeshBus(config, secrets);
  if (credentials === undefined || bus === undefined) return undefined;
  // Policies go one way: who has them from the registry takes none from the mesh.
  const followPolicies = config.mesh.followPolicies && !sharesRegistry(config);
  const settings = { ...config.mesh, followPolicies };
  const reports = await openSqliteStream({ path: dir.meshReports, clock, maxLength: MOST_WAITING });
  const service: MeshService = new MeshService({
    ...options,
    ...{ credentials, bus, reports, version: VERSION, settings },
    metrics: meshMetrics(metrics.registry, { nodes: () => service.nodes(), trails: () => service.trails() }),
    entropy: (bytes) => randomBytes(bytes),
    newId: randomUUID,
  });
  const tidying = setInterval(() => void reports.trim(FINISHED_KEEP_MS).catch(() => {}), FINISHED_KEEP_MS);
  tidying.unref();
  return {
    name: service.name,
    mesh: service.mesh,
    memory: sharedMemory(memory, (found) => service.share(found)),
    get trouble() {
      return service.trouble;
    },
    get skewMs() {
      return service.skewMs;
    },
    nodes: () => service.nodes(),
    trails: () => service.trails(),
    forgetTrail: (node) => service.forgetTrail(node),
    revoke: (list) => service.revoke(list),
    wake: () => service.wake(),
    suspect: (proposals) => service.suspect(proposals),
    start: () => service.start(),
    async stop() {
      clearInterval(tidying);
      await service.stop();
      await bus.close();
      await reports.close();
    },
  };
}
