/** What is larger is refused: every node has to take what any member sends. Characters; a third more than bytes. */
export const FRAME_TEXT_LIMIT: number = 512 * 1024;
/** Envelopes of one frame. */
export const FRAME_ENVELOPES: number = 100;
/** Characters of envelopes past which no further one is taken into a frame. */
export const FRAME_UNITS: number = 96 * 1024;
