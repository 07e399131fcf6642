import { expect, test } from 'vitest';
import type { Alert } from './alert.ts';
import { alertWishes } from './alert-wishes.ts';

const NOW = Date.parse('2026-10-27T12:00:00Z');
const RULES = { banMs: 4 * 3_600_000, machine: 'web-1' };

function alert(change: Partial<Alert> = {}): Alert {
  return {
    ...{ scenario: 'test/logins', message: 'too many', events_count: 6, simulated: false, remediation: true },
    ...{ start_at: '2026-10-27T11:58:00Z', stop_at: '2026-10-27T11:59:00Z' },
    source: { scope: 'Ip', value: '192.0.2.1' },
    ...change,
  };
}

const asked = (change: object = {}) => ({
  ...{
    duration: '2h',
    origin: 'crowdsec',
    scenario: 'test/logins',
    scope: 'Ip',
    type: 'ban',
    value: '192.0.2.9',
  },
  ...change,
});

test('without decisions of its own the source is banned, from the last event on', () => {
  const { wishes, refused } = alertWishes(alert(), RULES, NOW);
  expect(refused).toEqual([]);
  expect(wishes).toMatchObject([
    {
      scope: 'ip',
      value: '192.0.2.1',
      action: 'ban',
      origin: 'crowdsec',
      source: 'test/logins',
      durationMs: 4 * 3_600_000 - 60_000,
    },
  ]);
});

test('decisions of the agent are taken as they are', () => {
  const decisions = [
    asked(),
    asked({ scope: 'RANGE', value: '192.0.2.0/24', type: 'Captcha', origin: 'cscli' }),
  ];
  expect(alertWishes(alert({ decisions }), RULES, NOW).wishes).toMatchObject([
    { scope: 'ip', value: '192.0.2.9', action: 'ban', origin: 'crowdsec' },
    { scope: 'range', value: '192.0.2.0/24', action: 'captcha', origin: 'operator' },
  ]);
});

test('old logs that are read again ban nobody anew', () => {
  const old = { start_at: '2026-10-20T10:00:00Z', stop_at: '2026-10-20T11:00:00Z' };
  expect(alertWishes(alert(old), RULES, NOW)).toEqual({ wishes: [], refused: [] });
});

test('a simulated alert decides nothing', () => {
  expect(alertWishes(alert({ simulated: true, decisions: [asked()] }), RULES, NOW).wishes).toEqual([]);
});

test('the same alert sent again has the same keys, another one has others', () => {
  const key = (change?: Partial<Alert>) => alertWishes(alert(change), RULES, NOW).wishes[0]?.key;
  expect(key()).toBe(key());
  expect(key({ start_at: '2026-10-27T11:57:00Z' })).not.toBe(key());
});

test('what cannot be carried out is told in words, and the rest is', () => {
  const decisions = [
    asked({ scope: 'planet' }),
    asked({ type: 'laser' }),
    asked({ duration: 'soon' }),
    asked(),
  ];
  const { wishes, refused } = alertWishes(alert({ decisions }), RULES, NOW);
  expect(wishes).toHaveLength(1);
  expect(refused).toEqual([
    'there is no scope "planet"',
    'there is no decision of type "laser"',
    '"soon" is no duration such as 4h0m0s',
  ]);
});
