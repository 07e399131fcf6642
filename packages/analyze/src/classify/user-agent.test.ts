import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyUserAgent } from './user-agent.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

test.each([
  ['sqlmap/1.7.2#stable (https://sqlmap.org)', 'security_tool', 'sqlmap', '1.7.2'],
  ['Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000003)', 'security_tool', 'nikto', '2.1.6'],
  [
    'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
    'security_tool',
    'nmap',
    undefined,
  ],
  ['Mozilla/5.0 (Hydra)', 'security_tool', 'hydra', undefined],
  ['Fuzz Faster U Fool v2.1.0-dev', 'security_tool', 'ffuf', '2.1.0-dev'],
  ['Nuclei - Open-source project (github.com/projectdiscovery/nuclei)', 'security_tool', 'nuclei', undefined],
  ['Mozilla/5.0 zgrab/0.x', 'security_tool', 'zgrab', '0.x'],
  ['DirBuster-1.0-RC1 (http://www.owasp.org)', 'security_tool', 'dirbuster', '1.0-RC1'],
  ['curl/8.5.0', 'library', 'curl', '8.5.0'],
  ['python-requests/2.31.0', 'library', 'python-requests', '2.31.0'],
  ['python-httpx/0.27.0', 'library', 'python-httpx', '0.27.0'],
  ['Go-http-client/1.1', 'library', 'go-http-client', '1.1'],
  ['newsboat/2.32 (Linux 6.5.0)', 'feed_reader', 'newsboat', '2.32'],
  ['rss2email/3.14 (https://github.com/rss2email/rss2email)', 'feed_reader', 'rss2email', '3.14'],
  ['Feedly/1.0 (+http://www.feedly.com/fetcher.html)', 'feed_reader', 'feedly', '1.0'],
  ['UptimeRobot/2.0', 'monitor', 'uptimerobot', '2.0'],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'crawler', 'Googlebot', '2.1'],
  [CHROME, 'browser', 'Chrome', '120.0.0.0'],
  [CHROME.replace('Safari/537.36', 'Safari/537.36 Edg/120.0'), 'browser', 'Edge', '120.0'],
  ['Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/120.0', 'browser', 'Firefox', '120.0'],
] as const)('%s is a %s', (ua, kind, tool, version) => {
  const info = classifyUserAgent(ua);
  expect(info.kind).toBe(kind);
  expect(info.tool_name).toBe(tool);
  expect(info.version).toBe(version);
  expect(info.is_bot).toBe(kind !== 'browser');
});

test('knows the system', () => {
  expect(classifyUserAgent(CHROME).os).toBe('linux');
  expect(
    classifyUserAgent('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1').os,
  ).toBe('ios');
});

test('a crawler is verified by its address only', () => {
  const ua = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  expect(classifyUserAgent(ua).verified).toBe(false);
  expect(classifyUserAgent(ua, () => undefined).verified).toBe(false);
  expect(classifyUserAgent(ua, (name) => name === 'Googlebot').verified).toBe(true);
  expect(classifyUserAgent(CHROME, () => true).verified).toBeUndefined();
});

test('no user agent is none', () => {
  expect(classifyUserAgent('')).toEqual({ is_bot: false, kind: 'none' });
  expect(classifyUserAgent('-').kind).toBe('none');
});

test('never throws and bounds what it says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (ua) => {
      const info = classifyUserAgent(ua);
      expect(info.version?.length ?? 0).toBeLessThanOrEqual(24);
      expect(info.tool_name?.length ?? 0).toBeLessThanOrEqual(512);
    }),
    { seed: 20260104 },
  );
});
