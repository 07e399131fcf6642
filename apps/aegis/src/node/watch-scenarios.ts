import { resolve } from 'node:path';
import type { Clock, Logger } from '@aegis/model';
import type { ScenariosSettings } from '../config/sections/scenarios-section.ts';
import { LogTail } from '../mirror/log-tail.ts';
import { type Mirror, NO_MIRROR, RequestMirror } from '../mirror/request-mirror.ts';
import { ScenarioEye, type ScenarioEyeOptions } from '../mirror/scenario-eye.ts';
import { tailEvents } from '../mirror/tail-events.ts';
import { TailPositions } from '../mirror/tail-position.ts';
import { bucketFile, keptBuckets } from '../scenario/kept-buckets.ts';
import type { Part } from './lifecycle.ts';
import { scenarioRules } from './load-scenarios.ts';
import type { Metrics } from './metrics.ts';

export interface WatchScenariosOptions {
  readonly settings: ScenariosSettings;
  readonly dataDirectory: string;
  readonly propose: ScenarioEyeOptions['propose'];
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What looks at events as they happen: at the requests that are asked about, and at logs. */
export function watchScenarios(options: WatchScenariosOptions): {
  readonly mirror: Mirror;
  readonly parts: readonly Part[];
} {
  const { settings, dataDirectory, propose, metrics, clock, logger } = options;
  const rules = settings.mirror || settings.tail.length > 0 ? scenarioRules(settings.files) : [];
  const openEye = (): ScenarioEye =>
    new ScenarioEye({
      rules,
      maxBuckets: settings.maxBuckets,
      propose,
      onAlert: (rule) => metrics.scenarioAlerts.inc({ rule }),
      logger,
    });
  const kept = ({ scenarios }: ScenarioEye, source: string, of?: string): Part =>
    keptBuckets({ scenarios, path: bucketFile(dataDirectory, source, of), clock, logger });
  const positions = new TailPositions(dataDirectory);
  const tails = settings.tail.flatMap(({ file, format, from }): Part[] => {
    const eye = openEye();
    const path = resolve(file);
    const onLine = tailEvents({ format, eye, clock, logger });
    const proposals: Part = { name: `scenarios of ${path}`, start() {}, stop: () => eye.stop() };
    return [proposals, kept(eye, 'log', path), new LogTail({ path, from, positions, onLine, logger })];
  });
  if (!settings.mirror) return { mirror: NO_MIRROR, parts: tails };
  const eye = openEye();
  const mirror = new RequestMirror({
    capacity: settings.mirrorCapacity,
    eye,
    clock,
    onCopy: (outcome) => metrics.mirroredRequests.inc({ outcome }),
  });
  return { mirror, parts: [kept(eye, 'mirror'), mirror, ...tails] };
}
