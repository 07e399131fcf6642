export interface RingPlace {
  readonly x: number;
  readonly y: number;
}

/** Distance between two places of a ring, and between two rings, at least. */
const APART = 16;

/** Places around a middle at 0,0 for so many points, in rings that fill from the inside, none beyond `radius`. */
export function ringPlaces(count: number, radius: number): readonly RingPlace[] {
  const rings = ringSizes(count, radius);
  return rings.flatMap((size, ring) => {
    const distance =
      rings.length === 1 ? radius * 0.75 : radius * (0.35 + (0.65 * ring) / (rings.length - 1));
    return Array.from({ length: size }, (_, index) => {
      // Each ring is turned a little, so that no lines lie on one another.
      const angle = (2 * Math.PI * (index + ring * 0.5)) / size;
      return { x: distance * Math.cos(angle), y: distance * Math.sin(angle) };
    });
  });
}

/** How many are in each ring; the outer ones take more. */
function ringSizes(count: number, radius: number): readonly number[] {
  if (count === 0) return [];
  const perRing = Math.max(1, Math.floor((2 * Math.PI * radius * 0.7) / APART));
  const rings = Math.max(1, Math.ceil(count / perRing));
  const weights = Array.from(
    { length: rings },
    (_, ring) => 0.35 + (rings === 1 ? 0 : (0.65 * ring) / (rings - 1)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = count;
  return weights.map((weight, ring) => {
    const size = ring === rings - 1 ? left : Math.min(left, Math.round((count * weight) / total));
    left -= size;
    return size;
  });
}
