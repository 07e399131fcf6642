import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/**
 * Visitors of a gateway, in a network namespace of their own, told by datagrams what to do: `packets ADDRESS MS` sends
 * datagrams with the time from there, one each so many ms, until `stop`; `requests ADDRESS` asks for a page again and
 * again until it is refused, and says when that was. Times are those of CLOCK_MONOTONIC, ns, which all processes share.
 */
const [gateway = '', own = '', port = '0'] = process.argv.slice(2);
const control = createSocket('udp4');
let turn = 0;

const wait = (ms: number): Promise<void> =>
  ms < 1
    ? new Promise((resolve) => setImmediate(resolve))
    : new Promise((resolve) => setTimeout(resolve, ms));

async function packets(address: string, everyMs: number): Promise<void> {
  const mine = ++turn;
  const socket = createSocket('udp4').on('error', () => {});
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  while (turn === mine) {
    socket.send(String(process.hrtime.bigint()), Number(port), gateway);
    await wait(everyMs);
  }
  socket.close();
}

function requests(address: string): void {
  const socket = connect({ host: gateway, port: 8080, localAddress: address, noDelay: true });
  const ask = (): void => void socket.write('GET / HTTP/1.1\r\nhost: bench\r\n\r\n');
  socket.on('connect', ask);
  socket.on('error', () => {});
  let held = '';
  socket.on('data', (chunk: Buffer) => {
    held += chunk.toString('latin1');
    const length = /content-length: (\d+)/i.exec(held)?.[1];
    const head = held.indexOf('\r\n\r\n');
    const isChunked = /transfer-encoding: chunked/i.test(held);
    const isWhole = isChunked
      ? held.endsWith('0\r\n\r\n')
      : length !== undefined && held.length >= head + 4 + Number(length);
    if (head < 0 || !isWhole) return;
    const status = held.slice(9, 12);
    held = '';
    if (status === '200') {
      control.send('passed', Number(port), gateway);
      ask();
      return;
    }
    control.send(`refused ${status} ${process.hrtime.bigint()}`, Number(port), gateway);
    socket.destroy();
  });
}

control.on('message', (message) => {
  const [word, address = '', ms = '0'] = message.toString().split(' ');
  if (word === 'stop') turn++;
  else if (word === 'packets') void packets(address, Number(ms));
  else if (word === 'requests') requests(address);
});
control.bind(Number(port), own);
