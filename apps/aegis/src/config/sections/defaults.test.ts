import { WEB_SESSIONS } from '@aegis/analyze';
import { Policy } from '@aegis/decide';
import { Result } from '@aegis/model';
import { expect, test } from 'vitest';
import { DECOY_LIMITS } from '../../decoy/decoy-limits.ts';
import { LOCAL_HTTP } from '../../http/http-config.ts';
import { loadConfig } from '../load-config.ts';

const missing = () => Result.err({ kind: 'missing', message: '' } as const);
const loaded = loadConfig({ env: {}, cwd: '/', hostname: 'h', readFile: missing });
if (!loaded.ok) throw new Error('the defaults do not load');
const { config } = loaded.value;

test('the defaults are those of the parts themselves', () => {
  expect(config.http).toEqual(LOCAL_HTTP);
  expect(config.decoy.limits).toEqual(DECOY_LIMITS);
  expect(config.decoy.sessions).toEqual(WEB_SESSIONS);
  const policy = Policy.parse({ strategies: [{ name: 'all', origins: ['*'] }] });
  expect(config.decisions).toMatchObject({
    minConfidence: policy.proposals.minConfidence,
    maxDurationMs: policy.limits.maxDurationSeconds * 1000,
    widestIpv4: policy.limits.widestV4,
    widestIpv6: policy.limits.widestV6,
  });
});
