/** How a campaign stands; the index is the number in the specification. */
export const SOSA_STATES = [
  'normal',
  'suspicious',
  'confirmed',
  'escalating',
  'sustained',
  'declining',
] as const;
export type SosaState = (typeof SOSA_STATES)[number];

/** A window of a campaign. */
export const SOSA_WINDOW_MS = 30_000;

/** Prior transitions, a row for each state (specification of the mesh: SOSA). */
export const SOSA_PRIOR: readonly (readonly number[])[] = [
  [0.9, 0.1, 0, 0, 0, 0],
  [0.3, 0.5, 0.2, 0, 0, 0],
  [0, 0, 0.4, 0.4, 0, 0.2],
  [0, 0, 0, 0.3, 0.5, 0.2],
  [0, 0, 0, 0.1, 0.6, 0.3],
  [0.3, 0.3, 0, 0, 0, 0.4],
];
