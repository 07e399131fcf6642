import { linePattern } from '../line-pattern.ts';
import { httpFinding, type Program } from '../program.ts';

const REQUEST = linePattern(
  '{_:word} {_:word} {_:word} {host:word} {client} {user:first} {method:word} {target:word} {status:number} {_:word} {_:number}',
);

/** CouchDB's log of requests. */
export const couchdb: Program = {
  service: 'couchdb',
  ownFile: ({ whole }) => /^\[[a-z]+\] \d{4}-\d\d-\d\dT\S+ \S+@\S+ </.test(whole),
  read({ text, whole }) {
    if (!whole.startsWith('[')) return undefined;
    const found = REQUEST(text);
    if (found === undefined) return undefined;
    const { client = '', method = '', target = '', status } = found;
    return httpFinding({ client, method, target, status });
  },
};
