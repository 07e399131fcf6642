import { randomFillSync } from 'node:crypto';
import type { Random } from '@aegis/model';

const buffer = new Uint32Array(256);
let used = buffer.length;

/** From the operating system's cryptographic source, 32 bits at a time. */
export const secureRandom: Random = Object.freeze({
  next() {
    if (used === buffer.length) {
      randomFillSync(buffer);
      used = 0;
    }
    return (buffer[used++] as number) / 4_294_967_296;
  },
});
