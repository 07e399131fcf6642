import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, startCli, tooWide } from './cli-fixture.ts';

let cli: CliFixture;
beforeAll(async () => {
  cli = await startCli();
  await cli.analyse(recentAttack(1));
  await cli.run(['decisions', 'add', '203.0.113.9', '--reason', 'by hand', '--duration', '1h']);
});
afterAll(() => cli.close());

test('one snapshot of a node that works, on 80 columns', async () => {
  const { code, output } = await cli.run(['top', '--once']);
  expect(code).toBe(0);
  expect(tooWide(output)).toEqual([]);
  for (const part of ['decisions by origin', 'operator', 'by scope', 'T1190', '198.18.0.1', 'analysed'])
    expect(output).toContain(part);
});

test('as JSON; where there is no terminal it is a snapshot without being told', async () => {
  const { json } = await cli.run(['top', '--json']);
  expect(json()).toMatchObject({
    troubles: {},
    decisions: { by_origin: { operator: 1 }, by_scope: { ip: expect.any(Number) as number } },
    mesh_nodes: [],
  });
});

test('decisions that are lifted are counted no longer', async () => {
  await cli.run(['decisions', 'delete', '203.0.113.9']);
  const { decisions } = (await cli.run(['top', '--json'])).json() as { decisions: { by_origin: object } };
  expect(decisions.by_origin).not.toHaveProperty('operator');
});

test('a time that is none is told', async () => {
  const { code, errors } = await cli.run(['top', '--every', '1ms']);
  expect(code).toBe(2);
  expect(errors).toContain('from 500ms to 1h');
});
