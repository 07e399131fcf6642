import { asciiBytes } from './ascii-bytes.ts';
import type { DetectorMasks } from './detectors.ts';
import { Finds } from './finds.ts';
import { RunEnds } from './run-ends.ts';

/** A text that is looked through, and what was found in it so far. One at a time: see {@link asciiBytes}. */
export interface Scan {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly ends: RunEnds;
  readonly finds: Finds;
}

export function scanOf(text: string, masks: DetectorMasks): Scan {
  return { text, bytes: asciiBytes(text), ends: new RunEnds(text), finds: new Finds(masks) };
}
