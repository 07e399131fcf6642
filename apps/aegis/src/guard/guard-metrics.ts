import { FAN_OUT_BOUNDS, type Guard, type GuardCounts } from '@aegis/guard';
import type { Clock } from '@aegis/model';
import { Gauge, type Registry } from 'prom-client';

/** One scrape asks for all of them at about the same time: counting a million clients once is enough. ms. */
const SAME_MS = 500;

/** The guard's counts, read when they are asked for. */
export function registerGuardMetrics(guard: Guard, registry: Registry, clock: Clock): void {
  let read: { readonly at: number; readonly counts: GuardCounts } | undefined;
  const counts = (): GuardCounts => {
    const at = clock.monotonic();
    if (read === undefined || at - read.at > SAME_MS) read = { at, counts: guard.counts() };
    return read.counts;
  };
  const gauge = (name: string, help: string, labels: readonly string[], set: (to: Gauge) => void): void => {
    new Gauge({
      name: `aegis_guard_${name}`,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        set(this);
      },
    });
  };
  const each = (to: Gauge, label: string, counts: Readonly<Record<string, number>>): void => {
    for (const [key, count] of Object.entries(counts)) to.set({ [label]: key }, count);
  };
  gauge('calls_total', 'Calls checked', [], (to) => to.set(counts().calls));
  gauge('outcomes_total', 'Calls that did not pass untouched', ['outcome'], (to) => {
    const { refused, dropped, delayed } = counts();
    each(to, 'outcome', { refused, dropped, delayed });
  });
  gauge('limit_triggers_total', 'Refusals by kind of limit', ['limit'], (to) =>
    each(to, 'limit', counts().triggers),
  );
  gauge('near_limit_total', 'Calls that passed with less than a fifth of their first limit left', [], (to) =>
    to.set(counts().nearLimit),
  );
  gauge('not_enforced_total', 'What limits that are not enforced would have refused', [], (to) =>
    to.set(counts().notEnforced),
  );
  gauge('clients', 'Clients by state', ['state'], (to) => each(to, 'state', counts().states));
  gauge('trust', 'Clients by trust, up to and including', ['le'], (to) =>
    each(to, 'le', ascending(counts().trust)),
  );
  gauge('fan_out_cost', 'Messages by cost, up to and including', ['le'], (to) => {
    const { fanOutCosts } = counts();
    const classes = fanOutCosts.map((count, at) => [String(FAN_OUT_BOUNDS[at] ?? '+Inf'), count] as const);
    each(to, 'le', ascending(Object.fromEntries(classes)));
  });
  gauge('fan_out_cost_sum', 'Tokens of all messages', [], (to) => to.set(counts().fanOutCostSum));
  gauge('ip_bans', 'Addresses that are banned now', ['kind'], (to) => each(to, 'kind', counts().bans));
  gauge('ip_bans_total', 'Addresses banned so far', ['kind'], (to) => each(to, 'kind', counts().bansEver));
}

/** Prometheus histograms count everything up to a bound. */
function ascending(classes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const bounds = Object.keys(classes).sort((a, b) => boundOf(a) - boundOf(b));
  let sum = 0;
  return Object.fromEntries(
    bounds.map((bound) => {
      sum += classes[bound] ?? 0;
      return [bound, sum];
    }),
  );
}

function boundOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}
