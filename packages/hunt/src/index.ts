export type { Bot, Candidate, Signal, SignalName } from './candidate.ts';
export { FLOW_PROTOCOLS, type Flow, type FlowProtocol } from './flow.ts';
export type { BipartiteGraph } from './graph/bipartite-graph.ts';
export type { DriftReport } from './graph/drift.ts';
export { groupScores } from './graph/group-scores.ts';
export { candidateAt, Hunter, type HuntOptions, type HuntReport } from './hunter.ts';
export { type ConfirmOptions, proposeBan, type Unconfirmed, unconfirmed } from './propose.ts';
export type { FlowFault } from './readers/flow-fields.ts';
export {
  createFlowReader,
  detectFlowFormat,
  FLOW_FORMATS,
  type FlowFormat,
  type FlowReader,
} from './readers/flow-reader.ts';
export { type Beacon, beaconOf } from './signals/beacon.ts';
export { pairSuspicion } from './signals/pair-signals.ts';
export { type BeaconShape, beaconTimes } from './synthetic/beacon-times.ts';
export { FLOW_CSV_HEADER, flowCsvLine } from './synthetic/flow-csv-line.ts';
export {
  type SyntheticFlow,
  type SyntheticOptions,
  syntheticTraffic,
} from './synthetic/synthetic-traffic.ts';
export { HostTable } from './table/host-table.ts';
export { PairTable } from './table/pair-table.ts';
