export type { FeedFault } from './feed-fault.ts';
export type { FeedRequest, Validators } from './feed-request.ts';
export { type Fetched, fetchList } from './fetch-list.ts';
export { fetchMispFeed } from './fetch-misp.ts';
export { fetchTaxii } from './fetch-taxii.ts';
