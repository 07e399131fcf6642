import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server of lists, for tests, whose answers can be made to go wrong. */
export interface FeedHost {
  readonly url: string;
  /** Paths that were asked for, with the status of the answer: `/list.txt 304`. */
  readonly asked: string[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function startFeedHost(): Promise<FeedHost> {
  const asked: string[] = [];
  const host = {
    url: '',
    asked,
    answer: (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(404).end(),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    response.once('finish', () => asked.push(`${request.url} ${response.statusCode}`));
    host.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return host;
}

/** The list with an ETag, and 304 for who has it already. */
export function listAnswer(text: string): FeedHost['answer'] {
  const etag = `"${text.length}-${text.slice(0, 20).replace(/\W/g, '')}"`;
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, 'content-type': 'text/plain' }).end(text);
  };
}
