export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** `vectors[i]` belongs to `values[i]`; of length 1. */
  readonly vectors: readonly Float64Array[];
}

const SWEEPS = 30;

/** Of a small symmetric matrix, given as rows, by cyclic Jacobi rotations (Golub and Van Loan, section 8.5). */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, i) => Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
  const at = (rows: readonly Float64Array[], i: number, j: number): number =>
    (rows[i] as Float64Array)[j] as number;
  const set = (rows: readonly Float64Array[], i: number, j: number, value: number): void => {
    (rows[i] as Float64Array)[j] = value;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = at(a, p, q);
        off += apq * apq;
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [at(a, k, p), at(a, k, q)];
          set(a, k, p, c * kp - s * kq);
          set(a, k, q, s * kp + c * kq);
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [at(a, p, k), at(a, q, k)];
          set(a, p, k, c * pk - s * qk);
          set(a, q, k, s * pk + c * qk);
          const [vp, vq] = [at(v, k, p), at(v, k, q)];
          set(v, k, p, c * vp - s * vq);
          set(v, k, q, s * vp + c * vq);
        }
      }
    }
    if (off < 1e-24) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => at(a, j, j) - at(a, i, i));
  return {
    values: Float64Array.from(order, (i) => at(a, i, i)),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, k) => at(v, k, i))),
  };
}
