import type { Clock, Logger } from '@aegis/model';
import type { Ledger, TrailStore } from '@aegis/ports';
import type { TrailSettings } from '../config/sections/trail-section.ts';
import type { DataDir } from '../node/data-dir.ts';
import { type CheckpointCopy, folderCopy, syslogCopy } from './checkpoint-copies.ts';
import { provideTrailKey } from './trail-key.ts';
import { TrailReader } from './trail-reader.ts';
import { TrailService, type TrailServiceOptions } from './trail-service.ts';

export interface TrailOptions {
  readonly dir: DataDir;
  readonly settings: TrailSettings;
  /** Signs, under this name. */
  readonly node: string;
  readonly store: TrailStore;
  readonly ledger: Ledger;
  readonly ledgerRetentionMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onProgress?: TrailServiceOptions['onProgress'];
}

export interface OpenTrail {
  /** Follows the ledger while it is up. */
  readonly service: TrailService;
  readonly reader: TrailReader;
}

/** The trail of a node, with the key of its data directory. */
export function openTrail(options: TrailOptions): OpenTrail {
  const { dir, settings, node, store, ledger, ledgerRetentionMs, clock, logger, onProgress } = options;
  const key = provideTrailKey(dir, node, settings.suite);
  const { checkpointMs, checkpointEntries } = settings;
  const service = new TrailService({
    ...{ store, ledger, key, checkpointMs, checkpointEntries, clock, logger },
    copies: copiesOf(settings, node, clock),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const { verifier } = key;
  const settle = () => service.settle();
  return { service, reader: new TrailReader({ store, ledger, verifier, clock, ledgerRetentionMs, settle }) };
}

function copiesOf(
  { copyFolder, syslog, syslogCaFile }: TrailSettings,
  node: string,
  clock: Clock,
): readonly CheckpointCopy[] {
  return [
    ...(copyFolder === '' ? [] : [folderCopy(copyFolder, node)]),
    ...(syslog === '' ? [] : [syslogCopy(syslog, node, () => clock.now(), syslogCaFile)]),
  ];
}
