import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advanceCampaign, mergeSosaCounts, NEW_CAMPAIGN, reportCampaign, type SosaCampaign } from './sosa.ts';
import { SOSA_PRIOR } from './sosa-states.ts';

function after(attacks: readonly number[], from: SosaCampaign = NEW_CAMPAIGN): SosaCampaign {
  return attacks.reduce((campaign, count) => advanceCampaign(campaign, campaign.window + 1, count), from);
}

const ramp = [1, 2, 2, 5, 12, 30, 60, 120];
const plateau = new Array<number>(20).fill(100);

test('before anything was seen, the prior is the matrix', () => {
  const { matrix, state } = reportCampaign(NEW_CAMPAIGN);
  expect(state).toBe('normal');
  matrix.forEach((row, i) => {
    row.forEach((share, j) => {
      expect(share).toBeCloseTo((SOSA_PRIOR[i] as readonly number[])[j] as number, 12);
    });
  });
});

describe('a campaign', () => {
  test.each([
    ['quiet', new Array<number>(30).fill(0), ['normal']],
    ['a first sign', [0, 0, 1, 1], ['suspicious']],
    ['growing', ramp, ['escalating']],
    ['lasting', [...ramp, ...plateau], ['sustained']],
    ['ending', [...ramp, ...plateau, 40, 15, 4], ['declining']],
    ['over', [...ramp, ...plateau, 40, 15, 4, ...new Array<number>(40).fill(0)], ['normal']],
  ])('%s', (_, attacks, states) => {
    expect(states).toContain(reportCampaign(after(attacks)).state);
  });

  test('says why in words', () => {
    expect(reportCampaign(after([...ramp, ...plateau])).why).toMatch(
      /^sustained with \d+%, [\d.]+ attacks a window of late; next sustained with \d+%, by \d+ steps seen from here/,
    );
  });
});

test('probabilities stay probabilities, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(100_000), { maxLength: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attacks, rate) => {
        const campaign = after(attacks);
        const { forecast, matrix } = reportCampaign(campaign, { falsePositiveRate: rate });
        for (const row of [campaign.belief, Object.values(forecast), ...matrix]) {
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('windows left out are quiet ones, late ones change nothing, and a year of quiet is taken in at once', () => {
  const campaign = after(ramp);
  const skipping = advanceCampaign(campaign, campaign.window + 6, 3);
  expect(skipping).toEqual(after([0, 0, 0, 0, 0, 3], campaign));
  expect(advanceCampaign(skipping, skipping.window, 50)).toBe(skipping);
  const year = advanceCampaign(campaign, campaign.window + 1_051_200, 0);
  expect(reportCampaign(year).state).toBe('normal');
  expect(mergeSosaCounts(year.counts).reduce((a, b) => a + b, 0)).toBeLessThan(200);
});

test('wrong detections pull the way from normal to suspicious down', () => {
  const share = (falsePositiveRate: number): number =>
    reportCampaign(NEW_CAMPAIGN, { falsePositiveRate }).forecast.suspicious;
  expect(share(0)).toBeCloseTo(0.1, 9);
  expect(share(0.5)).toBeCloseTo(0.05, 9);
  expect(share(1)).toBe(0);
});

test('counts of nodes add up', () => {
  const [a, b] = [after(ramp).counts, after(plateau).counts];
  expect(mergeSosaCounts(a, b)).toEqual(mergeSosaCounts(b, a));
  expect(mergeSosaCounts(a, b)[0]).toBe((a[0] as number) + (b[0] as number));
});
