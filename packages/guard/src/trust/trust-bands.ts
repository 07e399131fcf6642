/** A client's standing, 0 to 1000. */
export const TRUST_MAX = 1000;
export const TRUST_INITIAL = 100;
/** Recovery by the day ends here; more has to be earned. */
export const TRUST_RECOVERED = 500;

export interface TrustBand {
  /** The highest score in it. */
  readonly upTo: number;
  /** Multiplies rate and burst of its clients' limits. */
  readonly limits: number;
}

export const TRUST_BANDS: readonly TrustBand[] = Object.freeze([
  { upTo: 100, limits: 0.5 },
  { upTo: 300, limits: 0.8 },
  { upTo: 600, limits: 1 },
  { upTo: 800, limits: 1.5 },
  { upTo: TRUST_MAX, limits: 2 },
]);

/** The one with the lowest limits, and the index of the band whose limits are those of the config. */
export const LOWEST_BAND = 0;
export const PLAIN_BAND = 2;

const BAND_OF = Uint8Array.from({ length: TRUST_MAX + 1 }, (_, score) =>
  TRUST_BANDS.findIndex(({ upTo }) => score <= upTo),
);

export function trustBand(score: number): number {
  return BAND_OF[score] as number;
}
