/** For a test: applies a policy to the ledger of the path it is given and is killed before that takes effect. */

import { createLocalBus } from '@aegis/bus-local';
import { DecisionEngine } from '@aegis/decide';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { ManualClock, seededRandom, silentLogger } from '@aegis/model';
import { Metrics } from '../node/metrics.ts';
import { configPolicy } from './node-policy.ts';
import { ADMIN, CONFIG, changed } from './policy-fixture.ts';
import { PolicyService } from './policy-service.ts';

const [path = ''] = process.argv.slice(2);
const real = openSqliteLedger({ path });
const random = seededRandom(1);
const appendPolicy = real.appendPolicy.bind(real);
real.appendPolicy = async (version) => {
  await appendPolicy(version);
  process.kill(process.pid, 'SIGKILL');
};
const policies = new PolicyService({
  config: CONFIG,
  ledger: real,
  engine: new DecisionEngine({ policy: configPolicy(CONFIG), random }),
  bus: createLocalBus(),
  clock: new ManualClock(),
  random,
  logger: silentLogger,
  metrics: new Metrics(),
  ownAddresses: () => [],
});
await policies.apply({ policy: changed('after the kill'), reason: 'x', base: 0, force: false }, ADMIN);
