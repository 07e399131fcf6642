import { httpFinding, type Program } from '../program.ts';

const REQUEST = /^\| (\d{3}) \| +\S{1,24} \| +([0-9A-Fa-f:.]{2,45}) \| ([A-Z]{1,16}) +"(.{0,4096})"$/;

/** Gin's log of requests, which programs in Go have: Gotify and others. */
export const gin: Program = {
  service: 'gin',
  ownFile: true,
  read({ text, whole }) {
    const found = whole.startsWith('[GIN]') ? REQUEST.exec(text) : null;
    if (found === null) return undefined;
    const [, status, client = '', method = '', target = ''] = found;
    return httpFinding({ client, method, target, status });
  },
};
