import { afterAll, beforeAll, expect, test } from 'vitest';
import { askRoute } from './fixture/ask-route.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import { routes } from './routes.ts';

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

/** They ask and change nothing. */
const ASKING = ['checkMany', 'checkPolicy', 'previewFeed'];
/** What sensors bring: kept by its own means, and no deed of anybody. */
const BRINGING = ['pushSessions', 'mirrorRequests', 'pushFlows'];
/** Their services write the entry together with the deed, and are others here; their own tests see to it. */
const WRITTEN_BELOW = /Decisions?$|^refreshFeed$/;
/** Nothing was done: there is no mesh here, and nobody who is signed in. */
const REFUSED = ['revokeNodes', 'forgetPeerTrail', 'signOut'];
/** They change nothing, and take much away. */
const TAKING = ['exportTrail', 'exportSessions'];

const deeds = routes.filter(
  ({ id, method, permission }) =>
    TAKING.includes(id) ||
    (method !== 'GET' &&
      permission !== 'guard:use' &&
      ![...ASKING, ...BRINGING, ...REFUSED].includes(id) &&
      !WRITTEN_BELOW.test(id)),
);

test.each(deeds.map((route) => [route.id, route] as const))(
  '%s is on the audit with who did it',
  async (_, route) => {
    const before = await node.services.ledger.audit({ limit: 500, actor: 'admin' });
    for (const response of await askRoute(node, route, 'admin')) await response.body?.cancel();
    const after = await node.services.ledger.audit({ limit: 500, actor: 'admin' });
    const known = new Set(before.map(({ id }) => id));
    const added = after.filter(({ id, action }) => !known.has(id) && action !== 'key.use');
    expect(added.length).toBeGreaterThan(0);
    for (const entry of added)
      expect(entry).toMatchObject({ from: '127.0.0.1', target: expect.stringMatching(/./) });
  },
);
