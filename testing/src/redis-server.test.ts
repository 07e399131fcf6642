import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { describeWithReal } from './real-program-test.ts';
import { startRedis } from './redis-server.ts';

describeWithReal('redis', 'starts, keeps its data over kill -9, and leaves nothing behind', () => {
  test('a key written before kill -9 is there after the next start', async () => {
    const redis = await startRedis();
    try {
      expect(await ask(redis.port, 'SET k v')).toBe('+OK');
      await redis.server.kill();
      await redis.start();
      expect(await ask(redis.port, 'EXISTS k')).toBe(':1');
    } finally {
      await redis.remove();
    }
    expect(existsSync(redis.folder)).toBe(false);
    await expect(ask(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
  });
});

test('a server that ends while it is started is told with its output', async () => {
  await expect(startRedis({ args: ['--no-such-option', 'x'] })).rejects.toThrow(
    /redis ended[\s\S]*no-such-option|ENOENT/,
  );
});

function ask(port: number, command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
  socket.once('error', reject);
  socket.once('data', (chunk) => {
    resolve(chunk.toString().trim());
    socket.destroy();
  });
  return promise;
}
