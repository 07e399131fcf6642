/** Something that is not as it was written, and where. */
export interface Finding {
  readonly kind: FindingKind;
  /** The first entry it concerns. */
  readonly from: number;
  /** The one after the last. */
  readonly to: number;
  readonly message: string;
}

export type FindingKind =
  | 'entry_changed'
  | 'entry_moved'
  | 'entry_missing'
  | 'body_missing'
  | 'clock_backwards'
  | 'journal_order'
  | 'checkpoint_forged'
  | 'checkpoint_chain'
  | 'checkpoint_root'
  | 'checkpoint_clock'
  | 'tail_truncated'
  | 'copy_root'
  | 'copy_forged'
  | 'record_changed'
  | 'record_removed'
  | 'record_inserted'
  | 'record_order';
