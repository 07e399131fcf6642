import type { FindingCounts, Health } from '@aegis/fleet';
import type { BudgetPhase } from './agent-budget.ts';
import type { PluginReport } from './plugins/plugin-runner.ts';

/** The agent as a whole: what an operator sorts a fleet by. */
export type AgentState = 'NORMAL' | 'THROTTLED' | 'DEGRADED' | 'OPEN' | 'HALF_OPEN' | 'HALTED';

export interface AgentFacts {
  readonly isHalted: boolean;
  readonly haltEpoch: number;
  readonly refusedOrders: number;
  readonly budget: BudgetPhase;
  readonly blame: string;
  readonly plugins: readonly PluginReport[];
  readonly findings: FindingCounts;
  /** Decisions in force here. */
  readonly decisions: number;
  /** Resident bytes of the agent alone. */
  readonly memory: number;
}

const MIB = 1_048_576;

export function agentState({ isHalted, budget, plugins }: AgentFacts): AgentState {
  if (isHalted) return 'HALTED';
  if (budget === 'open') return 'OPEN';
  if (budget === 'half_open' || plugins.some(({ breaker }) => breaker === 'half_open')) return 'HALF_OPEN';
  if (plugins.some(({ breaker }) => breaker === 'open')) return 'DEGRADED';
  return plugins.some(({ isThrottled }) => isThrottled) ? 'THROTTLED' : 'NORMAL';
}

/** As OpAMP tells it: a component for each plugin, and one for each thing that an operator asks after. */
export function healthOf(facts: AgentFacts): Health {
  const { plugins, findings, decisions, refusedOrders, haltEpoch, blame, memory } = facts;
  const { made, sent, dropped, held } = findings;
  const state = agentState(facts);
  const isGood = (state === 'NORMAL' || state === 'THROTTLED') && plugins.every(({ healthy }) => healthy);
  return {
    healthy: isGood || state === 'HALTED',
    status: `${state}, ${Math.round(memory / MIB)} MiB`,
    lastError: blame,
    components: {
      ...Object.fromEntries(plugins.map((report) => [report.name, pluginHealth(report)])),
      'agent:findings': part(
        dropped === 0,
        `${made} made = ${sent} sent + ${dropped} dropped + ${held} held`,
      ),
      'agent:decisions': part(true, `${decisions} in force`),
      'agent:orders': part(
        refusedOrders === 0,
        `epoch ${haltEpoch}`,
        refusedOrders === 0 ? '' : `${refusedOrders} forged orders were refused`,
      ),
    },
  };
}

function pluginHealth(report: PluginReport): Health {
  const { state, breaker, healthy, text, lastError, starts, usage, rolledBack, faults, isThrottled } = report;
  const words = [
    state,
    ...(breaker === 'closed' ? [] : [`breaker ${breaker.replace('_', ' ')}`]),
    ...(isThrottled ? ['throttled'] : []),
    ...(usage === undefined
      ? []
      : [
          `${(usage.memory / MIB).toFixed(1)} MiB`,
          `${usage.cpu.toFixed(1)}% cpu`,
          `${usage.processes} processes`,
        ]),
    `${starts} starts`,
    ...(faults === 0 ? [] : [`${faults} lines of nonsense`]),
    ...(rolledBack === '' ? [] : ['settings rolled back']),
    ...(text === '' ? [] : [text]),
  ];
  return part(healthy, words.join(', '), lastError);
}

function part(healthy: boolean, status: string, lastError: string = ''): Health {
  return { healthy, status, lastError, components: {} };
}
