import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import { type CheckRequest, type Decision, formatIPv4, Prefix, seededRandom } from '@aegis/model';
import { geoResults } from './geo-lookup.ts';
import { ipv4Bans, zipfClients } from './prefix-workload.ts';
import { rate } from './rate.ts';
import { reloadPauses } from './reload-pause.ts';
import type { Bench, Result } from './result.ts';

const ENTRIES = 1_000_000;
const ASKED = 200_000;
const NOW = Date.UTC(2026, 9, 27);

export const bench: Bench = async ({ quick }) => {
  const random = seededRandom(20_261_122);
  const bans = ipv4Bans(ENTRIES, random);
  const clients = zipfClients(bans, ASKED);
  const requests = Array.from(clients, (word): CheckRequest => ({ address: formatIPv4(word >>> 0) }));
  const decisions = bans.entries.map((entry, index) => decisionOn(Prefix.format(entry), entry.length, index));
  const engine = new DecisionEngine({ policy: defaultPolicy, random });
  engine.replaceAll(decisions);

  const verdicts = rate(ASKED, quick ? 9 : 41, () => {
    let opinions = 0;
    for (const request of requests) if (engine.check(request, NOW).outcome !== 'none') opinions++;
    return opinions;
  });
  const p999 = p999UnderReload(engine, decisions, requests);
  const pauses = await reloadPauses(bans.entries, clients, quick ? 3 : 9);
  return [
    { name: 'verdict_1m', unit: 'ops/s', better: 'higher', ...verdicts, goal: 5e6 },
    { ...pause('reload_pause_1m', pauses.reload), goal: 1 },
    pause('longest_lookup_without_reload', pauses.undisturbed),
    { name: 'verdict_p999_under_reload', unit: 'us', better: 'lower', value: p999, goal: 10 },
    ...(await geoResults(quick)),
  ];
};

function pause(name: string, ascending: readonly number[]): Result {
  return {
    name,
    unit: 'ms',
    better: 'lower',
    value: ascending[ascending.length >> 1] as number,
    best: ascending[0] as number,
  };
}

/** Microseconds. A thousand verdicts, each timed, for every thousand decisions that a reload takes in. */
function p999UnderReload(
  engine: DecisionEngine,
  decisions: readonly Decision[],
  requests: readonly CheckRequest[],
): number {
  const reload = engine.reload();
  const times = new Float64Array(decisions.length);
  for (const [index, decision] of decisions.entries()) {
    reload.add(decision);
    if (index % 1000 !== 999) continue;
    for (let i = index - 999; i <= index; i++) {
      const start = performance.now();
      engine.check(requests[i % requests.length] as CheckRequest, NOW);
      times[i] = (performance.now() - start) * 1000;
    }
  }
  reload.commit();
  times.sort();
  return times[Math.floor(times.length * 0.999)] as number;
}

function decisionOn(prefix: Prefix, length: number, index: number): Decision {
  return {
    id: `d${index}`,
    scope: length === 32 ? 'ip' : 'range',
    value: length === 32 ? prefix.slice(0, -3) : prefix,
    action: 'ban',
    reason: 'listed',
    origin: index % 3 === 0 ? 'aegis' : 'feed:list',
    source: 'bench',
    weight: 1,
    created: NOW - (index % 3600) * 1000,
    expires: NOW + 3_600_000 + index,
  };
}
