// An Express application that asks an engine of its own who may come in.
//
//   aegis keys create my-app --role enforcer
//   AEGIS_KEY=aegis_… node examples/express/app.js
//   curl localhost:3000

import process from 'node:process';
import { expressAegis, Gatekeeper } from '@aegis/middleware-node';
import express from 'express';

const gatekeeper = new Gatekeeper({
  node: process.env.AEGIS_NODE ?? 'http://127.0.0.1:8411',
  key: process.env.AEGIS_KEY ?? '',
  // Whose X-Forwarded-For is believed: the proxy in front of this application.
  trustedProxies: ['127.0.0.1'],
});

const app = express();
app.use(expressAegis(gatekeeper));
app.get('/', (_request, response) => {
  response.send('You may come in.\n');
});
const server = app.listen(3000, '127.0.0.1', () => {
  process.stdout.write('http://127.0.0.1:3000\n');
});

process.once('SIGINT', async () => {
  await gatekeeper.stop();
  server.close();
});
