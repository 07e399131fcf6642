import type { Timestamp } from '@aegis/model';
import { SOSA_PRIOR, SOSA_STATES, SOSA_WINDOW_MS, type SosaState } from './sosa-states.ts';

/** What is kept of a pattern's campaign: plain data, the same on every machine after the same windows. */
export interface SosaCampaign {
  /** Number of the last window that was taken in; -1 before the first. */
  readonly window: number;
  /** Probability of each state in that window. */
  readonly belief: readonly number[];
  /** Steps seen from state to state, 36 whole numbers by row. Those of several nodes are merged by adding. */
  readonly counts: readonly number[];
  /** Moving average of attacks a window. */
  readonly level: number;
}

export interface SosaReport {
  /** The likeliest state. */
  readonly state: SosaState;
  readonly probability: number;
  /** Of the next window, every state. */
  readonly forecast: Readonly<Record<SosaState, number>>;
  /** Rows and columns as SOSA_STATES. */
  readonly matrix: readonly (readonly number[])[];
  readonly why: string;
}

export interface SosaOptions {
  /** Share of this pattern's detections that turned out wrong, 0-1: pulls normal -> suspicious down. */
  readonly falsePositiveRate?: number;
}

/** What a window looks like beside those before it. */
const LOOKS = ['quiet', 'some', 'rising', 'high', 'falling'] as const;
type Look = (typeof LOOKS)[number];

/** Probability of each look in each state; rows as SOSA_STATES, columns as LOOKS. */
const LIKELIHOOD: readonly (readonly number[])[] = [
  [0.93, 0.05, 0.005, 0.005, 0.01],
  [0.35, 0.52, 0.07, 0.02, 0.04],
  [0.1, 0.4, 0.25, 0.2, 0.05],
  [0.02, 0.1, 0.65, 0.2, 0.03],
  [0.02, 0.13, 0.1, 0.7, 0.05],
  [0.3, 0.2, 0.02, 0.08, 0.4],
];
const SIZE = SOSA_STATES.length;
/** Weight of a prior row, as if so many steps had been seen from its state. */
const PRIOR_STEPS = 20;
/** After so many quiet windows (an hour) more of them change nothing. */
const MOST_QUIET = 120;
const MANY = 10;
const SMOOTHING = 0.3;

export const NEW_CAMPAIGN: SosaCampaign = Object.freeze({
  window: -1,
  belief: [1, 0, 0, 0, 0, 0],
  counts: new Array<number>(SIZE * SIZE).fill(0),
  level: 0,
});

export function sosaWindow(at: Timestamp): number {
  return Math.floor(at / SOSA_WINDOW_MS);
}

/**
 * Takes in how many attacks of the pattern there were in a window; those between are taken as quiet. A window not
 * later than the last one is refused: the campaign comes back as it is. A hidden Markov model's forward step
 * (Rabiner, Proc. IEEE 77(2), 1989, section III) with the mean of a Dirichlet posterior as transitions: prior rows
 * count as 20 steps each, to which the steps seen between likeliest states are added.
 */
export function advanceCampaign(
  campaign: SosaCampaign,
  window: number,
  attacks: number,
  options: SosaOptions = {},
): SosaCampaign {
  if (window <= campaign.window) return campaign;
  const skipped = campaign.window < 0 ? 0 : Math.min(MOST_QUIET, window - campaign.window - 1);
  let next = campaign;
  for (let n = 0; n < skipped; n++) next = step(next, 0, options);
  return { ...step(next, attacks, options), window };
}

export function reportCampaign(campaign: SosaCampaign, options: SosaOptions = {}): SosaReport {
  const matrix = transitions(campaign.counts, options);
  const likeliest = argmax(campaign.belief);
  const ahead = propagate(campaign.belief, matrix);
  const state = SOSA_STATES[likeliest] as SosaState;
  const next = argmax(ahead);
  const percent = (share: number | undefined): string => `${Math.round(100 * (share ?? 0))}%`;
  const steps = campaign.counts.slice(likeliest * SIZE, (likeliest + 1) * SIZE).reduce((a, b) => a + b, 0);
  return {
    state,
    probability: campaign.belief[likeliest] as number,
    forecast: Object.fromEntries(SOSA_STATES.map((name, i) => [name, ahead[i]])) as Record<SosaState, number>,
    matrix,
    why:
      `${state} with ${percent(campaign.belief[likeliest])}, ${campaign.level.toFixed(1)} attacks a window of late; ` +
      `next ${SOSA_STATES[next]} with ${percent(ahead[next])}, by ${steps} steps seen from here and a prior of ${PRIOR_STEPS}`,
  };
}

/** Counts of several nodes as one. */
export function mergeSosaCounts(...all: readonly (readonly number[])[]): readonly number[] {
  return NEW_CAMPAIGN.counts.map((_, i) => all.reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
}

function step(campaign: SosaCampaign, attacks: number, options: SosaOptions): SosaCampaign {
  const look = LOOKS.indexOf(lookOf(attacks, campaign.level));
  const before = argmax(campaign.belief);
  const ahead = propagate(campaign.belief, transitions(campaign.counts, options));
  const weighed = ahead.map((share, i) => share * ((LIKELIHOOD[i] as readonly number[])[look] as number));
  const total = weighed.reduce((a, b) => a + b, 0);
  const belief = weighed.map((share) => share / total);
  const counts = [...campaign.counts];
  const cell = before * SIZE + argmax(belief);
  counts[cell] = (counts[cell] as number) + 1;
  const level = campaign.level + SMOOTHING * (attacks - campaign.level);
  return { window: campaign.window + 1, belief, counts, level };
}

function lookOf(attacks: number, level: number): Look {
  if (attacks === 0) return level > 1 ? 'falling' : 'quiet';
  if (attacks > 2 * level && attacks >= 3 && level > 0.5) return 'rising';
  if (attacks < level / 2) return 'falling';
  return attacks >= MANY ? 'high' : 'some';
}

function transitions(
  counts: readonly number[],
  { falsePositiveRate = 0 }: SosaOptions,
): readonly (readonly number[])[] {
  return SOSA_PRIOR.map((prior, i) => {
    const pulled = i === 0 ? (prior[1] ?? 0) * Math.min(1, Math.max(0, falsePositiveRate)) : 0;
    const own = counts.slice(i * SIZE, (i + 1) * SIZE);
    const seen = own.reduce((a, b) => a + b, 0);
    return prior.map((share, j) => {
      const adjusted = i !== 0 ? share : j === 0 ? share + pulled : j === 1 ? share - pulled : share;
      return (PRIOR_STEPS * adjusted + (own[j] as number)) / (PRIOR_STEPS + seen);
    });
  });
}

function propagate(belief: readonly number[], matrix: readonly (readonly number[])[]): readonly number[] {
  return belief.map((_, j) =>
    belief.reduce((sum, share, i) => sum + share * ((matrix[i] as readonly number[])[j] as number), 0),
  );
}

function argmax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0);
}
