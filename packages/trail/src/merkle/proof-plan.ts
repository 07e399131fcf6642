import { AegisError } from '@aegis/model';
import { type Span, splitPoint } from './span.ts';

/**
 * The spans whose hashes are the inclusion proof of a leaf in the tree of `size` leaves, from the leaf up
 * (RFC 6962, section 2.1.1). Throws AegisError `bad_proof_range` where there is no such leaf.
 */
export function inclusionPlan(index: number, size: number): readonly Span[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new AegisError('bad_proof_range', `there is no entry ${index} in a trail of ${size}`);
  const spans: Span[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      spans.push({ begin: middle, end });
      end = middle;
    } else {
      spans.push({ begin, end: middle });
      begin = middle;
    }
  }
  return spans.reverse();
}

/**
 * The spans whose hashes prove that the tree of `size` leaves continues the one of `before` (RFC 6962, section
 * 2.1.2). Throws AegisError `bad_proof_range` unless 1 <= before <= size.
 */
export function consistencyPlan(before: number, size: number): readonly Span[] {
  if (!Number.isSafeInteger(before) || before < 1 || before > size)
    throw new AegisError('bad_proof_range', `a trail of ${size} entries does not continue one of ${before}`);
  const spans: Span[] = [];
  let begin = 0;
  let end = size;
  while (before !== end) {
    const middle = begin + splitPoint(end - begin);
    if (before <= middle) {
      spans.push({ begin: middle, end });
      end = middle;
    } else {
      spans.push({ begin, end: middle });
      begin = middle;
    }
  }
  // The whole of the older tree is known to whoever asks.
  if (begin > 0) spans.push({ begin, end });
  return spans.reverse();
}
