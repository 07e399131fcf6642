import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliFixture, recentAttack, startCli } from '../cli/cli-fixture.ts';

interface Received {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

let collector: Server;
let cli: CliFixture;
const paths = new Set<string>();
const resources = new Set<string>();
const spans: Received[] = [];

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    paths.add(`${request.method} ${request.url} ${request.headers['content-type']}`);
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { resource: object; scopeSpans: { spans: Received[] }[] }[];
    };
    for (const { resource, scopeSpans } of resourceSpans) {
      resources.add(JSON.stringify(resource));
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`;
  cli = await startCli({ tracing: { endpoint, authorizationFile: '', sample: 100 } });
  await cli.analyse(recentAttack(1));
});
afterAll(async () => {
  await cli.close();
  collector.closeAllConnections();
  collector.close();
});

test('one trace tells the way of a session from its intake to those who follow', async () => {
  const names = (): readonly string[] => [...new Set(spans.map(({ name }) => name))].sort();
  await expect
    .poll(names, { timeout: 30_000 })
    .toEqual(['analyze', 'decision', 'enforcement', 'ingest', 'learn', 'propose', 'store']);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  const named = (name: string): Received => spans.find((span) => span.name === name) as Received;
  const parentOf = (name: string): string | undefined =>
    spans.find(({ spanId }) => spanId === named(name).parentSpanId)?.name;
  expect(parentOf('ingest')).toBeUndefined();
  for (const stage of ['analyze', 'store', 'learn', 'propose']) expect(parentOf(stage)).toBe('ingest');
  expect(parentOf('decision')).toBe('propose');
  expect(parentOf('enforcement')).toBe('decision');
  for (const { startTimeUnixNano: start, endTimeUnixNano: end } of spans)
    expect(BigInt(end) >= BigInt(start)).toBe(true);
  expect([...paths]).toEqual(['POST /v1/traces application/json']);
  expect([...resources].join()).toContain('"service.name","value":{"stringValue":"aegis"}');
});

test('a collector that is away costs the pipeline nothing but the spans', async () => {
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  await cli.analyse(recentAttack(2));
  const dropped = async (): Promise<boolean> =>
    /aegis_trace_spans_total\{outcome="dropped"\} [1-9]/.test(
      (await cli.node.services.metrics.render()).text,
    );
  await expect.poll(dropped, { timeout: 30_000 }).toBe(true);
});
