import { describe, expect, test } from 'vitest';
import { createFlowReader, detectFlowFormat, type FlowFormat } from './flow-reader.ts';

const expected = {
  at: 1_655_071_198_444.458,
  source: '147.32.81.167',
  destination: '40.74.108.123',
  port: 443,
  protocol: 'tcp',
  durationMs: 1_135.424,
  sentBytes: 1_596,
  receivedBytes: 4_039,
};

const zeek = [
  '#separator \\x09',
  '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\torig_bytes\tresp_bytes\tlocal_orig\tlocal_resp',
  '1655071198.444458\tC1\t147.32.81.167\t62771\t40.74.108.123\t443\ttcp\t1.135424\t1596\t4039\tT\tF',
];
const json =
  '{"ts":1655071198.444458,"id.orig_h":"147.32.81.167","id.resp_h":"40.74.108.123","id.resp_p":443,"proto":"tcp",' +
  '"duration":1.135424,"orig_bytes":1596,"resp_bytes":4039,"__proto__":{"source":"1.2.3.4"}}';
const nfdump = [
  'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,bytes,outBytes',
  '2022-06-12 21:59:58.444,1.135424,TCP,147.32.81.167,62771,40.74.108.123,443,1596,0',
];
const agent =
  '{"at":1655071198444.458,"source":"147.32.81.167","destination":"40.74.108.123","port":443,"protocol":"tcp",' +
  '"duration_seconds":1.135424,"sent_bytes":1596,"received_bytes":4039,"local":true,"name":"A.Example."}';

function flowsOf(format: FlowFormat, lines: readonly string[]): readonly unknown[] {
  const reader = createFlowReader(format);
  return lines.flatMap((line) => {
    const read = reader.read(line);
    if (!read.ok) return read.error.message;
    return read.value ?? [];
  });
}

test('every format gives the same flow', () => {
  expect(flowsOf('zeek', zeek)).toEqual([{ ...expected, sourceLocal: true, destinationLocal: false }]);
  expect(flowsOf('zeek-json', [json])).toEqual([expected]);
  expect(flowsOf('csv', nfdump)).toEqual([{ ...expected, at: 1_655_071_198_444, receivedBytes: 0 }]);
  expect(flowsOf('agent', [agent])).toEqual([{ ...expected, sourceLocal: true, name: 'a.example' }]);
});

test('the first line tells the format', () => {
  expect(detectFlowFormat(zeek[0] as string)).toBe('zeek');
  expect(detectFlowFormat(json)).toBe('zeek-json');
  expect(detectFlowFormat(nfdump[0] as string)).toBe('csv');
  expect(detectFlowFormat(agent)).toBe('agent');
  for (const line of ['', 'roses are red', '{}', '[]', '{"a":1}', '127.0.0.1 - - [27/Oct/2026]'])
    expect(detectFlowFormat(line)).toBeUndefined();
});

describe('a line that is wrong says what is wrong and keeps none after it from being read', () => {
  test.each([
    ['zeek', 'x\ty', /time|columns/],
    ['zeek-json', '[1]', /expected a JSON object, found "\[1\]"/],
    [
      'agent',
      '{"at":1,"source":"nowhere","destination":"192.0.2.1"}',
      /^source: expected an IP address, found "nowhere"/,
    ],
    [
      'agent',
      '{"at":1,"source":"192.0.2.1","destination":"192.0.2.2","port":70000}',
      /^port: expected 0 to 65535/,
    ],
    ['agent', '{"at":-1,"source":"192.0.2.1","destination":"192.0.2.2"}', /^time: expected seconds/],
    ['agent', '{"at":1e999,"source":"192.0.2.1","destination":"192.0.2.2"}', /^time: /],
    ['agent', `{"at":1,"source":"192.0.2.1","destination":"${'x'.repeat(9_999)}"}`, /^.{0,140}$/],
  ] as const)('%s: %s', (format, line, message) => {
    const before = format === 'zeek' ? zeek.slice(0, 3) : [];
    const good = { zeek: zeek[3], 'zeek-json': json, agent }[format] as string;
    const [fault, flow] = flowsOf(format, [...before, line, good]);
    expect(fault).toMatch(message);
    expect(flow).toMatchObject({ source: '147.32.81.167' });
  });
});
