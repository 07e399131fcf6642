const KB = 1024;

/** More recipients than this with a cost above the next is an abuse by itself. */
const ABUSIVE_RECIPIENTS = 100;
const ABUSIVE_COST = 10;

/** Tokens of the dearest message there is. */
export const DEAREST_MESSAGE: number = 20 * 3 * 2;

/** Tokens of a message: fan-out x size x media, rounded up. `size` in bytes. */
export function messageCost(recipients: number, size: number, isMedia: boolean): number {
  return Math.ceil(fanOutFactor(recipients) * sizeFactor(size) * (isMedia ? 2 : 1));
}

/** Of a message that is counted without its fan-out. */
export function plainMessageCost(size: number, isMedia: boolean): number {
  return messageCost(1, size, isMedia);
}

export function isFanOutAbuse(recipients: number, cost: number): boolean {
  return recipients > ABUSIVE_RECIPIENTS && cost > ABUSIVE_COST;
}

function fanOutFactor(recipients: number): number {
  if (recipients <= 10) return 1;
  if (recipients <= 100) return 2;
  if (recipients <= 500) return 5;
  return recipients <= 1000 ? 10 : 20;
}

function sizeFactor(size: number): number {
  if (size <= KB) return 1;
  if (size <= 10 * KB) return 1.5;
  return size <= 100 * KB ? 2 : 3;
}
