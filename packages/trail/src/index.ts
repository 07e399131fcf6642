export { canonicalJson } from './canonical-json.ts';
export {
  type Checkpoint,
  type CheckpointProblem,
  checkpointDigest,
  NO_CHECKPOINT,
  openCheckpoint,
  signCheckpoint,
} from './checkpoint/checkpoint.ts';
export { SUITES, type Suite, type SuiteName, suiteOf } from './checkpoint/suite.ts';
export {
  createVerifier,
  isKeyOf,
  parseVerifier,
  type Verifier,
  writeVerifier,
} from './checkpoint/verifier.ts';
export {
  type Agreement,
  compareWithLedger,
  type Journalled,
  type LedgerComparison,
} from './log/compare-with-ledger.ts';
export type { Finding, FindingKind } from './log/finding.ts';
export { type Leaf, leafHash, leafOf, parseLeaf, type TrailRecord } from './log/leaf.ts';
export {
  type KeptEntry,
  type KeptItem,
  type KeptTrail,
  type Verification,
  verifyTrail,
} from './log/verify-trail.ts';
export { DEFAULT_DETECTORS, DETECTORS, type DetectorName } from './mask/detectors.ts';
export { cover, hide, keep, type Mask } from './mask/mask.ts';
export { MaskStream } from './mask/mask-stream.ts';
export { createMasker, type Masker } from './mask/masker.ts';
export { isSecretName } from './mask/secret-names.ts';
export { Frontier, frontierNodes, type TreeNode } from './merkle/frontier.ts';
export { consistencyPlan, inclusionPlan } from './merkle/proof-plan.ts';
export { foldNodes, type NodeId, type Span, spanNodes } from './merkle/span.ts';
export { HASH_BYTES, type TreeHash, type TreeHashName, treeHash } from './merkle/tree-hash.ts';
export {
  type Consistency,
  type Inclusion,
  verifyConsistency,
  verifyInclusion,
} from './merkle/verify-proof.ts';
export {
  type ShownTrail,
  type Witnessed,
  type WitnessedTrail,
  type WitnessFinding,
  witness,
} from './witness/witness.ts';
