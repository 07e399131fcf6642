import type { DetectorName } from './detectors.ts';

/** Told of each find, in order and without overlap; `quoted` asks for quotes around what stands in its place. */
export type Find = (what: DetectorName, from: number, to: number, quoted?: boolean) => void;
