// A receiver of webhooks: checks the signature as Standard Webhooks have it, and shows what came.
//   node show-webhook.js FILE_WITH_THE_SECRET
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const secret = readFileSync(process.argv[2], 'utf8').trim();
const MOST_BYTES = 100_000;
const OLDEST_SECONDS = 300;

const say = (line) => process.stdout.write(`${line}\n`);

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MOST_BYTES) return response.writeHead(413).end();
  }
  const header = (name) => String(request.headers[name]);
  const [id, time] = [header('webhook-id'), header('webhook-timestamp')];
  const given = Buffer.from(header('webhook-signature'));
  const signature = createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64');
  const expected = Buffer.from(`v1,${signature}`);
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isSigned || Math.abs(Date.now() / 1000 - Number(time)) > OLDEST_SECONDS) {
    say('refused: the signature or the time is wrong');
    return response.writeHead(401).end();
  }
  const { type, data } = JSON.parse(body);
  say(`${type} ${data.level} ${JSON.stringify(data.title)}`);
  response.writeHead(204).end();
});
server.listen(18977, '127.0.0.1', () => say('listening'));
