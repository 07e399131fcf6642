import { createServer } from 'node:net';
import { AegisError } from '@aegis/model';
import { expect, test } from 'vitest';
import { listenError } from './listen-error.ts';

const place = { server: 'API', host: '127.0.0.1', port: 8411, section: 'http' };
const system = (code: string): Error => Object.assign(new Error(`listen ${code}`), { code });

test.each([
  [
    'EADDRINUSE',
    'port_in_use',
    'the API cannot listen on 127.0.0.1:8411: another program listens there; stop it, or set http.port to another one (0 takes a free one)',
  ],
  [
    'EACCES',
    'port_forbidden',
    'the API cannot listen on 127.0.0.1:8411: this user may not; set http.port to 1024 or above, or give the program CAP_NET_BIND_SERVICE',
  ],
  [
    'EADDRNOTAVAIL',
    'bad_listen_address',
    'the API cannot listen on 127.0.0.1:8411: this machine has no such address; set http.host to one it has',
  ],
])('%s becomes %s with what to do about it', (systemCode, code, message) => {
  expect(listenError(system(systemCode), place)).toMatchObject({ code, message });
});

test("the system's failure is found under the words of others, and an IPv6 host is told from its port", () => {
  const wrapped = new AegisError('decoy_listen_failed', 'no', { cause: system('EADDRINUSE') });
  const error = listenError(wrapped, { server: 'decoy', host: '::1', port: 80, section: 'decoy' });
  expect(error).toMatchObject({ code: 'port_in_use', message: expect.stringContaining('[::1]:80') });
});

test('any other failure stays as it is', () => {
  const other = new AegisError('bad_scenarios', 'x');
  expect(listenError(other, place)).toBe(other);
  expect(listenError('text', place)).toBe('text');
});

test('what the system really says is understood', async () => {
  const [first, second] = [createServer(), createServer()];
  await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
  const { port } = first.address() as { port: number };
  const failure = await new Promise((resolve) => second.once('error', resolve).listen(port, '127.0.0.1'));
  expect(listenError(failure, { ...place, port })).toMatchObject({ code: 'port_in_use' });
  await new Promise((resolve) => first.close(resolve));
});
