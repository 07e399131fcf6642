import type { Section } from '../setting.ts';
import { flag, text, whole } from '../setting-kinds.ts';
import { HOST } from './host.ts';

export interface WorkerSettings {
  readonly metrics: WorkerMetrics;
}

interface WorkerMetrics {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
}

const metrics: Section<WorkerMetrics> = {
  is: 'section',
  key: 'metrics',
  doc: 'Figures for Prometheus at /metrics, without a key.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Whether to serve them.', initial: false }),
    host: text({ ...HOST, doc: 'The address to listen on.' }),
    port: whole({
      key: 'port',
      doc: 'The TCP port to listen on, another one for each worker of a machine; 0 takes a free one.',
      initial: 9464,
      min: 0,
      max: 65_535,
    }),
  },
};

export const workerSection: Section<WorkerSettings> = {
  is: 'section',
  key: 'worker',
  doc: 'Of "aegis worker" alone: analysis in a process of its own.',
  members: { metrics },
};
