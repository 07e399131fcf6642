import { Counter, Gauge, type Registry } from 'prom-client';

/** What is counted of notifications; channels are those of the config. */
export interface NotificationMetrics {
  readonly sent: (channel: string) => void;
  readonly failed: (channel: string) => void;
  readonly dropped: (channel: string, reason: 'full' | 'refused' | 'too_old', count: number) => void;
}

export function notificationMetrics(
  registry: Registry,
  waiting: () => Promise<Readonly<Record<string, number>>>,
): NotificationMetrics {
  const registers = [registry];
  const messages = new Counter({
    name: 'aegis_notifications_total',
    help: 'Messages to people, by channel: sent, and tries that failed',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const dropped = new Counter({
    name: 'aegis_notifications_dropped_total',
    help: 'Things that people were not told of, by channel and reason',
    labelNames: ['channel', 'reason'],
    registers,
  });
  new Gauge({
    name: 'aegis_notifications_waiting',
    help: 'Things that people are to be told of, by channel',
    labelNames: ['channel'],
    registers,
    async collect() {
      this.reset();
      for (const [channel, count] of Object.entries(await waiting())) this.set({ channel }, count);
    },
  });
  return {
    sent: (channel) => messages.inc({ channel, outcome: 'sent' }),
    failed: (channel) => messages.inc({ channel, outcome: 'failed' }),
    dropped: (channel, reason, count) => dropped.inc({ channel, reason }, count),
  };
}
