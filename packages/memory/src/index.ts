export { learn, mostAlike, type Witness } from './learn.ts';
export { type CcServerFinding, learnCcServer } from './learn-cc-server.ts';
export { ATTACKER_MEMORY_MS, type Reputation, reputationOf } from './reputation.ts';
export { signatureOverlap, signaturesOf } from './signatures.ts';
export {
  advanceCampaign,
  mergeSosaCounts,
  NEW_CAMPAIGN,
  reportCampaign,
  type SosaCampaign,
  type SosaOptions,
  type SosaReport,
  sosaWindow,
} from './sosa/sosa.ts';
export { SOSA_PRIOR, SOSA_STATES, SOSA_WINDOW_MS, type SosaState } from './sosa/sosa-states.ts';
export {
  forecastStage,
  type StageForecast,
  stageBaseRate,
  stageProbability,
} from './stages/forecast-stage.ts';
export { countStages, mergeStageCounts, type StageCounts, stepsOf } from './stages/stage-counts.ts';
